"""The database is asked while the module is imported, and is away."""

from fastapi import FastAPI
from sqlalchemy import create_engine, text

engine = create_engine("sqlite:///missing/shop.db")
with engine.connect() as connection:
    known = connection.execute(text("select 1")).scalar()

app = FastAPI()


@app.get("/")
def root():
    return {"known": known}
