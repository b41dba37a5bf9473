"""A `return` in `finally` drops the exception."""

from fastapi import Depends, FastAPI, HTTPException

app = FastAPI()
journal = []


def dependency():
    try:
        yield
    finally:
        journal.append("done")
        return  # noqa: B012


@app.get("/", dependencies=[Depends(dependency)])
def home():
    raise HTTPException(404)
