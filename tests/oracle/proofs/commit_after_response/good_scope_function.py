"""The exit code of a dependency with `scope="function"` runs before the response."""

from fastapi import Depends, FastAPI

app = FastAPI()
journal = []


def get_session():
    yield
    journal.append("commit")
    raise RuntimeError("commit failed")


@app.get("/")
def home(session=Depends(get_session, scope="function")):
    journal.append("endpoint")
    return "created"
