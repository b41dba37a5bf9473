"""The engine of one worker process, and the session of one request."""

from collections.abc import AsyncIterator

from fastapi import HTTPException
from sqlalchemy import String
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from article.settings import DATABASE_URL

engine: AsyncEngine | None = None
session_factory: async_sessionmaker[AsyncSession] | None = None


class Base(DeclarativeBase):
    """The tables of the application."""


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    token: Mapped[str] = mapped_column(String(100), unique=True)
    is_admin: Mapped[bool] = mapped_column(default=False)


class Order(Base):
    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int]
    items: Mapped[str] = mapped_column(String(1000))


async def connect() -> None:
    """Create the pool of this worker process: total connections = workers * pool_size."""
    global engine, session_factory
    engine = create_async_engine(DATABASE_URL, pool_size=10, max_overflow=10)
    session_factory = async_sessionmaker(engine, expire_on_commit=False)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)


async def disconnect() -> None:
    if engine is not None:
        await engine.dispose()


async def get_db() -> AsyncIterator[AsyncSession]:
    """One session for a request: committed when the handler returned, rolled back when it raised."""
    if session_factory is None:
        raise HTTPException(503, "no database")
    async with session_factory() as session:
        try:
            yield session
            await session.commit()
        except Exception:
            await session.rollback()
            raise
