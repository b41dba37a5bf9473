"""The same router under an application that has a lifespan and handlers."""

from contextlib import asynccontextmanager

from fastapi import FastAPI
from main import journal, router


@asynccontextmanager
async def lifespan(app: FastAPI):
    journal.append("with_lifespan:lifespan")
    yield


app = FastAPI(openapi_url=None, lifespan=lifespan)


@app.on_event("startup")
def never():
    journal.append("with_lifespan:never")


app.include_router(router)
