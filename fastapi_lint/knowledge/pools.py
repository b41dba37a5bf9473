"""Connection pools: which calls make one, and how many connections it may hold open when nothing is said.

SQLAlchemy's `QueuePool` keeps 5 and allows 10 more (`sqlalchemy/pool/impl.py`, 1.4 to 2.1); `asyncpg.create_pool` holds
up to 10 (`asyncpg/pool.py`); `psycopg_pool` keeps `min_size`, 4, as long as `max_size` is not given
(`psycopg_pool/base.py`).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

ENGINES: Final = frozenset(
    {
        "sqlalchemy.create_engine",
        "sqlalchemy.engine.create_engine",
        "sqlalchemy.future.create_engine",
        "sqlmodel.create_engine",
        "sqlalchemy.ext.asyncio.create_async_engine",
        "sqlalchemy.ext.asyncio.engine.create_async_engine",
        "sqlmodel.ext.asyncio.create_async_engine",
    }
)
POOL_SIZE: Final = 5
MAX_OVERFLOW: Final = 10

POOLS: Final[Mapping[str, tuple[str, int | None]]] = MappingProxyType(
    {
        "asyncpg.create_pool": ("max_size", 10),
        "psycopg_pool.ConnectionPool": ("max_size", 4),
        "psycopg_pool.AsyncConnectionPool": ("max_size", 4),
        "psycopg2.pool.SimpleConnectionPool": ("maxconn", None),
        "psycopg2.pool.ThreadedConnectionPool": ("maxconn", None),
    }
)
"""Other pools: the parameter that bounds them, and its default."""

NO_POOL: Final = frozenset({"NullPool"})
ONE_CONNECTION: Final = frozenset({"StaticPool"})
QUEUE_POOLS: Final = frozenset({"QueuePool", "AsyncAdaptedQueuePool"})
"""Last names of SQLAlchemy's pool classes."""

DEFAULT_LIMIT: Final = 100
"""PostgreSQL's `max_connections` when nothing sets it (`postgresql.conf.sample`)."""

POOLER_WORDS: Final = ("pgbouncer", "pooler", "pgcat", "supavisor", "pgpool", ":6432", ":6543")
"""What an address says that leads to a connection pooler instead of the database."""
