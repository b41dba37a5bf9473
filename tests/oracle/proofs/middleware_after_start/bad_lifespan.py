"""The same in a lifespan."""

from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

ASKS = [("GET", "/")]
journal = []


@asynccontextmanager
async def lifespan(app):
    try:
        app.add_middleware(GZipMiddleware)
    except RuntimeError as error:
        journal.append(str(error))
        raise
    yield


app = FastAPI(lifespan=lifespan)
