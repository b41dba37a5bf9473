"""Messages go through a broker that every worker listens to; each worker sends them to its own sockets."""

import asyncio
import contextlib
import os

from fastapi import FastAPI, WebSocket, WebSocketDisconnect

sockets = []


async def connect():
    app.state.reader, app.state.writer = await asyncio.open_connection("127.0.0.1", int(os.environ["BROKER_PORT"]))
    app.state.listener = asyncio.create_task(listen(app.state.reader))


async def disconnect():
    app.state.writer.close()
    app.state.listener.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await app.state.listener


async def listen(reader: asyncio.StreamReader):
    while line := await reader.readline():
        for websocket in sockets.copy():
            await websocket.send_text(line.decode().strip())


app = FastAPI(on_startup=[connect], on_shutdown=[disconnect])


@app.websocket("/chat")
async def chat(websocket: WebSocket):
    await websocket.accept()
    sockets.append(websocket)
    await websocket.send_text(str(os.getpid()))
    try:
        while True:
            text = await websocket.receive_text()
            app.state.writer.write(f"{text}\n".encode())
            await app.state.writer.drain()
    except WebSocketDisconnect:
        sockets.remove(websocket)
