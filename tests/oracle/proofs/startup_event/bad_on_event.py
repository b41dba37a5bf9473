"""Startup and shutdown handlers, as written for years."""

from fastapi import FastAPI

app = FastAPI()
journal = []


@app.on_event("startup")
async def connect():
    journal.append("connect")


@app.on_event("shutdown")
async def disconnect():
    journal.append("disconnect")
