"""A decorated handler beside a lifespan is never called."""

from contextlib import asynccontextmanager

from fastapi import FastAPI

journal = []


@asynccontextmanager
async def lifespan(app: FastAPI):
    journal.append("lifespan")
    yield


app = FastAPI(lifespan=lifespan)


@app.on_event("startup")
async def connect():
    journal.append("connect")
