"""Two requests, two clients, two connections."""

import httpx
from fastapi import FastAPI
from twice import Twice, upstream

inner = FastAPI()
app = Twice(inner)
journal = []
address = upstream(journal)


@inner.get("/")
async def home():
    async with httpx.AsyncClient() as client:
        await client.get(address)
