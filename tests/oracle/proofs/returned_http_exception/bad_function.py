"""A function of the project returns it, and the endpoint returns what it got."""

from fastapi import FastAPI, HTTPException

app = FastAPI()


def find(name):
    if not name:
        return HTTPException(status_code=404)
    return name


@app.get("/")
def read(name: str = ""):
    return find(name)
