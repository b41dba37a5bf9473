"""The same with an asynchronous driver."""

from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

engine = create_async_engine("sqlite+aiosqlite:///shop.db")
app = FastAPI()


@app.get("/")
async def home():
    async with engine.connect() as connection:
        return (await connection.execute(text("select 1"))).scalar_one()
