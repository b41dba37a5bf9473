"""Prices are kept in a dictionary of the module; each worker has one of its own."""

import os

from fastapi import FastAPI

app = FastAPI()
prices = {}


@app.put("/price/{item}/{price}")
async def set_price(item: str, price: int):
    prices[item] = price
    return {"worker": os.getpid(), "price": prices.get(item)}


@app.get("/price/{item}")
async def get_price(item: str):
    return {"worker": os.getpid(), "price": prices.get(item)}
