"""Who asks: dependencies that need other dependencies."""

from typing import Annotated

from fastapi import Depends, Header, HTTPException
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from article.database import User, get_db

Db = Annotated[AsyncSession, Depends(get_db)]


async def get_current_user(db: Db, authorization: Annotated[str | None, Header()] = None) -> User:
    token = (authorization or "").removeprefix("Bearer ")
    user = await db.scalar(select(User).where(User.token == token))
    if user is None:
        raise HTTPException(401, "unknown token")
    return user


async def require_admin(user: Annotated[User, Depends(get_current_user)]) -> User:
    if not user.is_admin:
        raise HTTPException(403, "for administrators only")
    return user
