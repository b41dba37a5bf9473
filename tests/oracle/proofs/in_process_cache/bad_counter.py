"""A number of the module counts the visits; each worker counts its own."""

import os

from fastapi import FastAPI

app = FastAPI()
visits = 0


@app.post("/visit")
async def visit():
    global visits
    visits += 1
    return {"worker": os.getpid(), "visits": visits}


@app.get("/visits")
async def get_visits():
    return {"worker": os.getpid(), "visits": visits}
