"""A mounted application with a lifespan."""

from contextlib import asynccontextmanager

from fastapi import FastAPI

journal = []


@asynccontextmanager
async def sub_lifespan(app: FastAPI):
    journal.append("sub starts")
    yield
    journal.append("sub ends")


sub = FastAPI(lifespan=sub_lifespan)
app = FastAPI()
app.mount("/sub", sub)
