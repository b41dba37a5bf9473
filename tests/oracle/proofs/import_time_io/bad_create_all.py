"""Tables are created while the module is imported, and the database is away."""

from fastapi import FastAPI
from sqlalchemy import Column, Integer, MetaData, Table, create_engine

engine = create_engine("sqlite:///missing/shop.db")
metadata = MetaData()
items = Table("items", metadata, Column("id", Integer, primary_key=True))
metadata.create_all(engine)

app = FastAPI()


@app.get("/")
def root():
    return {"tables": list(metadata.tables)}
