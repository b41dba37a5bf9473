"""The endpoint asks what it got, and raises it."""

from fastapi import FastAPI, HTTPException

app = FastAPI()


def find(name):
    if not name:
        return HTTPException(status_code=404)
    return name


@app.get("/")
def read(name: str = ""):
    found = find(name)
    if isinstance(found, HTTPException):
        raise found
    return found
