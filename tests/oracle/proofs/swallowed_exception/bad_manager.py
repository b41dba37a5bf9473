"""A context manager of the project swallows it."""

import contextlib

from fastapi import Depends, FastAPI, HTTPException

app = FastAPI()
journal = []


@contextlib.contextmanager
def session():
    try:
        yield
    except Exception:
        journal.append("rolled back")


def dependency():
    with session():
        yield


@app.get("/", dependencies=[Depends(dependency)])
def home():
    raise HTTPException(404)
