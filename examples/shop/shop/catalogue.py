"""Items by number, so that a popular one does not cost a query each time."""

from sqlalchemy.ext.asyncio import AsyncSession

from shop.db import Item
from shop.schemas import ItemChange, ItemOut

_items: dict[int, ItemOut] = {}


async def find(session: AsyncSession, number: int) -> ItemOut | None:
    if number not in _items:
        item = await session.get(Item, number)
        if item is None:
            return None
        _items[number] = ItemOut.model_validate(item)
    return _items[number]


async def change(session: AsyncSession, number: int, wanted: ItemChange) -> ItemOut | None:
    item = await session.get(Item, number)
    if item is None:
        return None
    item.price = wanted.price
    item.stock = wanted.stock
    await session.commit()
    _items.pop(number, None)
    return ItemOut.model_validate(item)
