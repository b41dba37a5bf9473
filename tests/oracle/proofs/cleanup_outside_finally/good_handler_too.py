"""Cleaned up in the handler as well as after the `yield`."""

from fastapi import Depends, FastAPI, HTTPException

app = FastAPI()
journal = []


def get_session():
    journal.append("open")
    try:
        yield
    except Exception:
        journal.append("close")
        raise
    journal.append("close")


@app.get("/", dependencies=[Depends(get_session)])
def home():
    raise HTTPException(404)
