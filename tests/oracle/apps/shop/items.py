"""A router that is included below another one."""

from functools import partial

from checks import Limit, Paging, get_scoped_user, get_session, get_user, require_role, tenant
from fastapi import APIRouter, Depends, Security, WebSocket
from pydantic import BaseModel

router = APIRouter(dependencies=[Depends(Limit())])


class Item(BaseModel):
    name: str


@router.get("/", dependencies=[Depends(require_role("staff"))])
async def list_items(
    paging=Depends(Paging),
    user=Depends(get_user),
    scoped=Security(get_scoped_user, scopes=["items"]),
    fresh=Depends(get_session, use_cache=False),
    role=Depends(require_role("staff")),
    name=Depends(partial(tenant, name="acme")),
):
    return {}


@router.post("/items/{item_id}")
def change_item(item_id: int, item: Item, session=Depends(get_session)):
    return item


@router.websocket("/items/feed")
async def feed(websocket: WebSocket, user=Depends(get_user)):
    await websocket.close()
