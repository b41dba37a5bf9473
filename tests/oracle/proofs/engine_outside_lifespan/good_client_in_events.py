"""Startup and shutdown handlers open and close the client."""

import os

import httpx
from fastapi import FastAPI, Request


async def connect():
    app.state.client = httpx.AsyncClient()


async def disconnect():
    await app.state.client.aclose()


app = FastAPI(on_startup=[connect], on_shutdown=[disconnect])


@app.get("/")
async def home(request: Request):
    response = await request.app.state.client.get(os.environ["UPSTREAM"])
    return response.status_code
