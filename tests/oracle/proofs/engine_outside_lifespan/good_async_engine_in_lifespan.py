"""The same with an asynchronous driver."""

from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine


@asynccontextmanager
async def lifespan(app: FastAPI):
    app.state.engine = create_async_engine("sqlite+aiosqlite:///shop.db")
    yield
    await app.state.engine.dispose()


app = FastAPI(lifespan=lifespan)


@app.get("/")
async def home(request: Request):
    async with request.app.state.engine.connect() as connection:
        return (await connection.execute(text("select 1"))).scalar_one()
