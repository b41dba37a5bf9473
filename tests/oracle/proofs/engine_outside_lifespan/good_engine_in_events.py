"""Startup and shutdown handlers make and dispose of the engine, as before there was a lifespan."""

from fastapi import FastAPI, Request
from sqlalchemy import create_engine, text


async def connect():
    app.state.engine = create_engine("sqlite:///shop.db")


async def disconnect():
    app.state.engine.dispose()


app = FastAPI(on_startup=[connect], on_shutdown=[disconnect])


@app.get("/")
def home(request: Request):
    with request.app.state.engine.connect() as connection:
        return connection.execute(text("select 1")).scalar_one()
