"""What FastAPI kept: the decorator and the router's method."""

from fastapi import FastAPI

journal = []


async def connect():
    journal.append("connect")


app = FastAPI()
app.on_event("startup")(connect)
app.router.add_event_handler("startup", connect)
