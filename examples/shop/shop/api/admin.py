"""What the staff does."""

import logging
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException

from shop import catalogue
from shop.deps import SessionDep, require_role
from shop.schemas import ItemChange, ItemOut, User
from shop.shipping import store_rates

log = logging.getLogger(__name__)
router = APIRouter(tags=["admin"], dependencies=[Depends(require_role("staff"))])


@router.put("/items/{number}")
async def change_item(
    number: int,
    wanted: ItemChange,
    session: SessionDep,
    staff: Annotated[User, Depends(require_role("staff"))],
) -> ItemOut:
    item = await catalogue.change(session, number, wanted)
    if item is None:
        raise HTTPException(404)
    log.info("%s changed item %s", staff.name, number)
    return item


@router.put("/rates", status_code=204)
def change_rates(rates: dict[str, int]) -> None:
    store_rates(rates)
