"""A plain Starlette application with a decorated handler."""

from starlette.applications import Starlette

journal = []
app = Starlette()


@app.on_event("startup")
async def connect():
    journal.append("connect")
