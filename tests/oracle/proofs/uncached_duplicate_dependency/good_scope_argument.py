"""`request` is what a generator has anyhow: one session."""

from fastapi import Depends, FastAPI

app = FastAPI()
journal = []


def get_session():
    journal.append("get_session")
    yield object()


@app.get("/")
def home(first=Depends(get_session), second=Depends(get_session, scope="request")):
    return {"same": first is second}
