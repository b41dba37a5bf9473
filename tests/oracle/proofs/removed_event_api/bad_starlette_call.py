"""A plain Starlette application that is told of its handler by a call."""

from starlette.applications import Starlette

journal = []


async def connect():
    journal.append("connect")


app = Starlette()
app.add_event_handler("startup", connect)
