"""The endpoint raises: the line after `yield` is skipped."""

from fastapi import Depends, FastAPI, HTTPException

app = FastAPI()
journal = []


def get_session():
    journal.append("open")
    yield
    journal.append("close")


@app.get("/", dependencies=[Depends(get_session)])
def home():
    raise HTTPException(404)
