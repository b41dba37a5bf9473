"""The counters stand where every worker looks."""

import os
import sqlite3
from contextlib import closing

from fastapi import Depends, FastAPI, HTTPException, Request


def limit(request: Request):
    with closing(sqlite3.connect("limits.db", isolation_level=None, timeout=30)) as connection:
        connection.execute("create table if not exists requests (host text)")
        connection.execute("insert into requests values (?)", (request.client.host,))
        (count,) = connection.execute("select count(*) from requests where host = ?", (request.client.host,)).fetchone()
    if count > 3:
        raise HTTPException(429)


app = FastAPI(dependencies=[Depends(limit)])


@app.get("/")
async def home():
    return {"worker": os.getpid()}
