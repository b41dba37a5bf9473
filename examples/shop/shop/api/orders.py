"""Orders of the one who is logged in."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from sqlalchemy import select

from shop import catalogue
from shop.db import Order
from shop.deps import CurrentUser, SessionDep
from shop.limits import limiter
from shop.notifications import NotificationHub, get_hub
from shop.schemas import OrderIn, OrderOut
from shop.shipping import as_text, shipping_rates

router = APIRouter(prefix="/orders", tags=["orders"])


@router.get("/")
async def list_orders(user: CurrentUser, session: SessionDep) -> list[OrderOut]:
    orders = await session.scalars(select(Order).where(Order.customer == user.name))
    return [OrderOut.model_validate(order) for order in orders]


@router.post("/", status_code=201)
@limiter.limit("10/minute")
async def place_order(
    request: Request,
    wanted: OrderIn,
    user: CurrentUser,
    session: SessionDep,
    hub: Annotated[NotificationHub, Depends(get_hub)],
) -> OrderOut:
    item = await catalogue.find(session, wanted.item_id)
    if item is None or wanted.country not in shipping_rates():
        raise HTTPException(404)
    order = Order(customer=user.name, item_id=item.id, amount=wanted.amount)
    session.add(order)
    await session.commit()
    total = item.price * wanted.amount + shipping_rates()[wanted.country]
    await hub.notify(user.name, f"Order {order.id}: {as_text(total)}")
    return OrderOut.model_validate(order)
