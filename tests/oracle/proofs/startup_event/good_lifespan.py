"""One context manager holds both halves."""

from contextlib import asynccontextmanager

from fastapi import FastAPI

journal = []


@asynccontextmanager
async def lifespan(app: FastAPI):
    journal.append("connect")
    yield
    journal.append("disconnect")


app = FastAPI(lifespan=lifespan)
