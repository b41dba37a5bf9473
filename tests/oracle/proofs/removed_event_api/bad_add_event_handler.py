"""A handler is added to the application by a call."""

from fastapi import FastAPI

journal = []


async def connect():
    journal.append("connect")


app = FastAPI()
app.add_event_handler("startup", connect)
