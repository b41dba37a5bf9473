"""A socket for each customer."""

from typing import Annotated

from fastapi import APIRouter, Depends, WebSocket, WebSocketDisconnect

from shop.notifications import NotificationHub, get_hub, hub

router = APIRouter()


@router.websocket("/notifications/{customer}")
async def listen(websocket: WebSocket, customer: str, hub: Annotated[NotificationHub, Depends(get_hub)]) -> None:
    await hub.connect(customer, websocket)
    try:
        while True:
            await websocket.receive_text()
    except WebSocketDisconnect:
        hub.disconnect(customer, websocket)


@router.on_event("shutdown")
async def close_sockets() -> None:
    await hub.close()
