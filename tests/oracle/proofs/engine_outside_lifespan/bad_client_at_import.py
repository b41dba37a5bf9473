"""An HTTP client made while the module is imported; its connections belong to the first event loop that uses it."""

import os

import httpx
from fastapi import FastAPI

client = httpx.AsyncClient()
app = FastAPI()


@app.get("/")
async def home():
    response = await client.get(os.environ["UPSTREAM"])
    return response.status_code
