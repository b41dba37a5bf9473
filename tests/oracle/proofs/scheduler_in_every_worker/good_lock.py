"""The same loop, started by the process that gets the lock."""

import asyncio
import fcntl
import os

from fastapi import FastAPI

app = FastAPI()
kept = []


async def remind():
    while True:
        with open("sent.txt", "a") as sent:
            sent.write(f"{os.getpid()}\n")
        await asyncio.sleep(3600)


@app.on_event("startup")
async def start():
    lock = open("lock", "w")  # noqa: SIM115  # it is held as long as the process lives
    kept.append(lock)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    kept.append(asyncio.create_task(remind()))
    await asyncio.sleep(0)


@app.get("/")
async def root():
    with open("sent.txt") as sent:
        return {"sent": len(sent.readlines())}
