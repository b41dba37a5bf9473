"""Two requests, one client, one connection."""

import httpx
from fastapi import FastAPI
from twice import Twice, upstream

inner = FastAPI()
app = Twice(inner)
journal = []
address = upstream(journal)
kept = []


@inner.get("/")
async def home():
    if not kept:
        kept.append(httpx.AsyncClient())
    await kept[0].get(address)
