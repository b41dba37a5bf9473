"""An engine with a small pool and no overflow."""

import os

from fastapi import FastAPI
from sqlalchemy import create_engine, event
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool

engine = create_engine("sqlite:///shop.db", poolclass=QueuePool, pool_size=2, max_overflow=0, pool_timeout=0)
app = FastAPI()


@event.listens_for(engine, "connect")
def opened(connection, record):
    with open("opened.txt", "a") as log:
        log.write(f"{os.getpid()}\n")


@app.get("/load")
def load():
    held = []
    try:
        while len(held) < 40:
            held.append(engine.connect())
    except PoolTimeout as error:
        refused = type(error).__name__
    open_now = len(held)
    for connection in held:
        connection.close()
    return {"open": open_now, "refused": refused}


@app.get("/")
def root():
    with open("opened.txt") as log:
        return {"opened": len(log.readlines())}
