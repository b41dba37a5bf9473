"""The lifespan above enters the mounted one."""

from contextlib import asynccontextmanager

from fastapi import FastAPI

journal = []


@asynccontextmanager
async def sub_lifespan(app: FastAPI):
    journal.append("sub starts")
    yield
    journal.append("sub ends")


sub = FastAPI(lifespan=sub_lifespan)


@asynccontextmanager
async def lifespan(app: FastAPI):
    async with sub.router.lifespan_context(sub):
        yield


app = FastAPI(lifespan=lifespan)
app.mount("/sub", sub)
