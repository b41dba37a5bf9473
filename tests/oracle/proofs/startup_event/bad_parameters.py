"""Handlers given to the constructor."""

from fastapi import FastAPI

journal = []


async def connect():
    journal.append("connect")


async def disconnect():
    journal.append("disconnect")


app = FastAPI(on_startup=[connect], on_shutdown=[disconnect])
