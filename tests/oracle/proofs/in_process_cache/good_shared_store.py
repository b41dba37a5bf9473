"""Prices are kept where every worker looks."""

import os
import sqlite3
from contextlib import closing

from fastapi import FastAPI

app = FastAPI()


def store():
    connection = sqlite3.connect("prices.db", isolation_level=None, timeout=30)
    connection.execute("create table if not exists prices (item text primary key, price integer)")
    return closing(connection)


@app.put("/price/{item}/{price}")
def set_price(item: str, price: int):
    with store() as connection:
        connection.execute("replace into prices values (?, ?)", (item, price))
    return {"worker": os.getpid(), "price": price}


@app.get("/price/{item}")
def get_price(item: str):
    with store() as connection:
        row = connection.execute("select price from prices where item = ?", (item,)).fetchone()
    return {"worker": os.getpid(), "price": row[0] if row else None}
