"""The engine is made at import and is lazy; the lifespan disposes of it, so only the place is a matter of taste."""

from contextlib import asynccontextmanager

from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

engine = create_async_engine("sqlite+aiosqlite:///shop.db")


@asynccontextmanager
async def lifespan(app: FastAPI):
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


@app.get("/")
async def home():
    async with engine.connect() as connection:
        return (await connection.execute(text("select 1"))).scalar_one()
