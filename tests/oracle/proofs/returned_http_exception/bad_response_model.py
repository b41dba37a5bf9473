"""It does not fit the response model."""

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel


class Item(BaseModel):
    name: str


app = FastAPI()


@app.get("/", response_model=Item)
async def read():
    return HTTPException(status_code=404)
