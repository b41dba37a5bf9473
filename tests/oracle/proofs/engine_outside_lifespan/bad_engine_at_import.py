"""An engine made while the module is imported; nobody disposes of it."""

from fastapi import FastAPI
from sqlalchemy import create_engine, text

engine = create_engine("sqlite:///shop.db")
app = FastAPI()


@app.get("/")
def home():
    with engine.connect() as connection:
        return connection.execute(text("select 1")).scalar_one()
