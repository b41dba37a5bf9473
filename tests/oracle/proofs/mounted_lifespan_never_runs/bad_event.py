"""A mounted application with an event handler."""

from fastapi import FastAPI

journal = []
sub = FastAPI()


@sub.on_event("startup")
async def connect():
    journal.append("connect")


app = FastAPI()
app.mount("/sub", sub)
