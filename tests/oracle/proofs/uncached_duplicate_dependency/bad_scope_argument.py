"""The scope is a part of the cache key: two sessions in one request."""

from fastapi import Depends, FastAPI

app = FastAPI()
journal = []


def get_session():
    journal.append("get_session")
    yield object()


@app.get("/")
def home(first=Depends(get_session), second=Depends(get_session, scope="function")):
    return {"same": first is second}
