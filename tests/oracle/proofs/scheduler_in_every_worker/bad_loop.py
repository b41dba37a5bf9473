"""An endless loop, started with the application."""

import asyncio
import os

from fastapi import FastAPI

app = FastAPI()
tasks = []


async def remind():
    while True:
        with open("sent.txt", "a") as sent:
            sent.write(f"{os.getpid()}\n")
        await asyncio.sleep(3600)


@app.on_event("startup")
async def start():
    tasks.append(asyncio.create_task(remind()))
    await asyncio.sleep(0)


@app.get("/")
async def root():
    with open("sent.txt") as sent:
        return {"sent": len(sent.readlines())}
