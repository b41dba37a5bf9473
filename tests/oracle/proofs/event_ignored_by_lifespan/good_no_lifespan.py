"""A lifespan of None is none."""

from fastapi import FastAPI

journal = []
app = FastAPI(lifespan=None)


@app.on_event("startup")
async def connect():
    journal.append("connect")
