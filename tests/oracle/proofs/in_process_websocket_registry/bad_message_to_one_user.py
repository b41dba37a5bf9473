"""A user's socket is looked up by name, in the worker that the request happens to reach."""

import os

from fastapi import FastAPI, WebSocket, WebSocketDisconnect

app = FastAPI()
sockets = {}


@app.websocket("/inbox/{user}")
async def inbox(websocket: WebSocket, user: str):
    await websocket.accept()
    sockets[user] = websocket
    await websocket.send_text(str(os.getpid()))
    try:
        while True:
            await websocket.receive_text()
    except WebSocketDisconnect:
        del sockets[user]


@app.post("/notify/{user}/{text}")
async def notify(user: str, text: str):
    found = sockets.get(user)
    if found:
        await found.send_text(text)
    return {"worker": os.getpid(), "sent": found is not None}
