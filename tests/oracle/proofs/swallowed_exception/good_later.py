"""Kept, and raised after the block."""

from fastapi import Depends, FastAPI, HTTPException

app = FastAPI()
journal = []


def dependency():
    failure = None
    try:
        yield
    except HTTPException as error:
        failure = error
    if failure:
        raise failure


@app.get("/", dependencies=[Depends(dependency)])
def home():
    raise HTTPException(404)
