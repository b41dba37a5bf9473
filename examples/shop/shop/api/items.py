"""Items, for everybody."""

from fastapi import APIRouter, HTTPException
from sqlalchemy import select

from shop import catalogue
from shop.db import Item
from shop.deps import SessionDep
from shop.schemas import ItemOut

router = APIRouter(prefix="/items", tags=["items"])


@router.get("/")
async def list_items(session: SessionDep, limit: int = 20) -> list[ItemOut]:
    items = await session.scalars(select(Item).order_by(Item.id).limit(limit))
    return [ItemOut.model_validate(item) for item in items]


@router.get("/{number}")
async def show_item(number: int, session: SessionDep) -> ItemOut:
    item = await catalogue.find(session, number)
    if item is None:
        raise HTTPException(404)
    return item
