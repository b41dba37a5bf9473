"""The lifespan runs the handlers of the application itself."""

from contextlib import asynccontextmanager

from fastapi import FastAPI

journal = []


@asynccontextmanager
async def lifespan(app: FastAPI):
    for handler in app.router.on_startup:
        await handler()
    yield


app = FastAPI(lifespan=lifespan)


@app.on_event("startup")
async def connect():
    journal.append("connect")
