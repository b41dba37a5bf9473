"""A plain Starlette application that is given its handler."""

from starlette.applications import Starlette

journal = []


async def connect():
    journal.append("connect")


app = Starlette(on_startup=[connect])
