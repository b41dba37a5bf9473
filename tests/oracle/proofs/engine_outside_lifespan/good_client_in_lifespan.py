"""The lifespan opens the client in the loop that will use it, and closes it."""

import os
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI, Request


@asynccontextmanager
async def lifespan(app: FastAPI):
    async with httpx.AsyncClient() as client:
        app.state.client = client
        yield


app = FastAPI(lifespan=lifespan)


@app.get("/")
async def home(request: Request):
    response = await request.app.state.client.get(os.environ["UPSTREAM"])
    return response.status_code
