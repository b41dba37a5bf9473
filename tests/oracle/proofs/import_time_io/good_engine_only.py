"""Only the engine is made at import: it asks nobody."""

from fastapi import FastAPI
from sqlalchemy import Column, Integer, MetaData, Table, create_engine

engine = create_engine("sqlite:///missing/shop.db")
metadata = MetaData()
items = Table("items", metadata, Column("id", Integer, primary_key=True))

app = FastAPI()


@app.get("/")
def root():
    return {"tables": list(metadata.tables)}
