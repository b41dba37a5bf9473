"""A handler for exceptions that no endpoint raises."""

import asyncio

from fastapi import Depends, FastAPI, HTTPException

app = FastAPI()
journal = []


async def dependency():
    try:
        yield
    except asyncio.CancelledError:
        journal.append("cancelled")


@app.get("/", dependencies=[Depends(dependency)])
def home():
    raise HTTPException(404)
