"""A dependency of a websocket: nothing waits for a response there, the socket is closed and nothing else is raised."""

import asyncio

from fastapi import Depends, FastAPI, WebSocket

app = FastAPI()
journal = []


def dependency():
    try:
        yield
    except Exception:
        journal.append("logged")


@app.websocket("/live")
async def live(socket: WebSocket, value=Depends(dependency)):
    await socket.accept()
    raise ValueError


@app.get("/")
async def home():
    incoming = asyncio.Queue()
    incoming.put_nowait({"type": "websocket.connect"})
    scope = {"type": "websocket", "path": "/live", "raw_path": b"/live", "query_string": b"", "headers": []}

    async def send(message):
        journal.append(message["type"])

    try:
        await app({**scope, "root_path": "", "subprotocols": [], "asgi": {"version": "3.0"}}, incoming.get, send)
    except Exception as error:
        return type(error).__name__
    return "ended"
