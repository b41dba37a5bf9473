"""A handler added by a call, which Starlette 1.0 took away."""

from fastapi import FastAPI

journal = []


async def connect():
    journal.append("connect")


app = FastAPI()
app.add_event_handler("startup", connect)
