"""A lifespan was added later; the handlers next to it are never run."""

from contextlib import asynccontextmanager

from fastapi import FastAPI

journal = []


@asynccontextmanager
async def lifespan(app: FastAPI):
    journal.append("lifespan starts")
    yield
    journal.append("lifespan ends")


app = FastAPI(lifespan=lifespan)


@app.on_event("startup")
async def connect():
    journal.append("connect")


@app.on_event("shutdown")
async def disconnect():
    journal.append("disconnect")
