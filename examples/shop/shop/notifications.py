"""Tells customers about their orders while they look."""

from collections import defaultdict

from fastapi import WebSocket


class NotificationHub:
    def __init__(self) -> None:
        self._sockets: dict[str, set[WebSocket]] = defaultdict(set)

    async def connect(self, customer: str, websocket: WebSocket) -> None:
        await websocket.accept()
        self._sockets[customer].add(websocket)

    def disconnect(self, customer: str, websocket: WebSocket) -> None:
        self._sockets[customer].discard(websocket)

    async def notify(self, customer: str, text: str) -> None:
        for websocket in list(self._sockets[customer]):
            await websocket.send_text(text)

    async def close(self) -> None:
        for websockets in list(self._sockets.values()):
            for websocket in list(websockets):
                await websocket.close(code=1001)


hub = NotificationHub()


def get_hub() -> NotificationHub:
    return hub
