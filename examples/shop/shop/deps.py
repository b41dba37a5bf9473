"""What endpoints ask for."""

from collections.abc import AsyncIterator, Callable
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncSession

from shop.db import SessionLocal
from shop.schemas import User

bearer = HTTPBearer()


async def get_session() -> AsyncIterator[AsyncSession]:
    async with SessionLocal() as session:
        yield session


def get_redis(request: Request) -> Redis:
    return request.state.redis


SessionDep = Annotated[AsyncSession, Depends(get_session)]
RedisDep = Annotated[Redis, Depends(get_redis)]


async def get_current_user(
    credentials: Annotated[HTTPAuthorizationCredentials, Depends(bearer)], redis: RedisDep
) -> User:
    found = await redis.get(f"session:{credentials.credentials}")
    if found is None:
        raise HTTPException(401, "Unknown session")
    return User.model_validate_json(found)


CurrentUser = Annotated[User, Depends(get_current_user)]


def require_role(role: str) -> Callable[..., User]:
    def check(user: CurrentUser) -> User:
        if role not in user.roles:
            raise HTTPException(403, f"Only for {role}")
        return user

    return check
