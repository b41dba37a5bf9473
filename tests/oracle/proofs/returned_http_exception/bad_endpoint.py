"""The endpoint returns it."""

from fastapi import FastAPI, HTTPException

app = FastAPI()


@app.get("/")
async def read():
    return HTTPException(status_code=404, detail="missing")
