"""The application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypedDict

from fastapi import FastAPI
from redis.asyncio import Redis
from slowapi import _rate_limit_exceeded_handler
from slowapi.errors import RateLimitExceeded

from shop.api import admin, items, notifications, orders
from shop.limits import limiter
from shop.middleware import setup_middleware
from shop.settings import get_settings


class State(TypedDict):
    redis: Redis


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[State]:
    async with Redis.from_url(get_settings().redis_url, decode_responses=True) as redis:
        yield {"redis": redis}


def create_app() -> FastAPI:
    app = FastAPI(title="Shop", lifespan=lifespan)
    app.state.limiter = limiter
    app.add_exception_handler(RateLimitExceeded, _rate_limit_exceeded_handler)
    setup_middleware(app, get_settings())

    app.include_router(items.router)
    app.include_router(orders.router)
    app.include_router(admin.router, prefix="/admin")
    app.include_router(notifications.router)

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    return app


app = create_app()
