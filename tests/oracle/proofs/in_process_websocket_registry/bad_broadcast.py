"""The list of open sockets is one worker's; so is the broadcast."""

import os

from fastapi import FastAPI, WebSocket, WebSocketDisconnect

app = FastAPI()
sockets = []


@app.websocket("/chat")
async def chat(websocket: WebSocket):
    await websocket.accept()
    sockets.append(websocket)
    await websocket.send_text(str(os.getpid()))
    try:
        while True:
            text = await websocket.receive_text()
            for other in sockets.copy():
                await other.send_text(text)
    except WebSocketDisconnect:
        sockets.remove(websocket)
