"""The application: what starts with a worker process, and what it serves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI
from pydantic import BaseModel, Field
from sqlalchemy import select

from article.database import Order, User, connect, disconnect
from article.errors import DomainError, add_handlers
from article.middleware import add_middleware
from article.users import Db, get_current_user, require_admin


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Run once per worker process."""
    await connect()
    yield
    await disconnect()


app = FastAPI(lifespan=lifespan)
add_middleware(app)
add_handlers(app)


class OrderCreate(BaseModel):
    items: list[str] = Field(min_length=1)


class OrderRead(BaseModel):
    id: int
    items: list[str]


@app.get("/admin/users")
async def list_users(admin: Annotated[User, Depends(require_admin)], db: Db) -> list[str]:
    users = await db.scalars(select(User))
    return [user.name for user in users]


@app.post("/orders", status_code=201)
async def create_order(order: OrderCreate, user: Annotated[User, Depends(get_current_user)], db: Db) -> OrderRead:
    if any(not item.strip() for item in order.items):
        raise DomainError("an item needs a name", 409)
    created = Order(user_id=user.id, items="\n".join(order.items))
    db.add(created)
    await db.flush()
    return OrderRead(id=created.id, items=order.items)
