"""A function makes it, its caller raises it."""

from fastapi import FastAPI, HTTPException

app = FastAPI()


def missing():
    return HTTPException(status_code=404)


@app.get("/")
async def read():
    raise missing()
