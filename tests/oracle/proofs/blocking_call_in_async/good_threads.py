"""Handed to threads."""

import asyncio

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from ticking import Ticking, wait

inner = FastAPI()
app = Ticking(inner)
journal = []


@inner.get("/")
async def home():
    await run_in_threadpool(wait, journal)
    await asyncio.to_thread(wait, journal)
    await asyncio.get_running_loop().run_in_executor(None, wait, journal)
