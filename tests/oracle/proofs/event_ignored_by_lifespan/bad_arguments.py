"""Handlers given to the constructor."""

from fastapi import FastAPI

journal = []


async def connect():
    journal.append("connect")


app = FastAPI(on_startup=[connect])
