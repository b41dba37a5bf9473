"""What FastAPI kept on its own router."""

from fastapi import FastAPI

journal = []


async def connect():
    journal.append("connect")


app = FastAPI()
app.router.add_event_handler("startup", connect)
