"""The lifespan makes the engine and disposes of it."""

from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from sqlalchemy import create_engine, text


@asynccontextmanager
async def lifespan(app: FastAPI):
    app.state.engine = create_engine("sqlite:///shop.db")
    yield
    app.state.engine.dispose()


app = FastAPI(lifespan=lifespan)


@app.get("/")
def home(request: Request):
    with request.app.state.engine.connect() as connection:
        return connection.execute(text("select 1")).scalar_one()
