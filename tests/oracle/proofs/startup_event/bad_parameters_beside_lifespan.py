"""The same with handlers given to the constructor."""

from contextlib import asynccontextmanager

from fastapi import FastAPI

journal = []


@asynccontextmanager
async def lifespan(app: FastAPI):
    journal.append("lifespan starts")
    yield
    journal.append("lifespan ends")


async def connect():
    journal.append("connect")


async def disconnect():
    journal.append("disconnect")


app = FastAPI(lifespan=lifespan, on_startup=[connect], on_shutdown=[disconnect])
