"""Logged and raised again."""

from fastapi import Depends, FastAPI, HTTPException

app = FastAPI()
journal = []


def dependency():
    try:
        yield
    except Exception:
        journal.append("logged")
        raise


@app.get("/", dependencies=[Depends(dependency)])
def home():
    raise HTTPException(404)
