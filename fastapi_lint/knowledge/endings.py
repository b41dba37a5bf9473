"""Names of methods that end something: what commits, what cleans up, what suppresses exceptions."""

from __future__ import annotations

from typing import Final

COMMIT: Final = "commit"
"""The method of sessions, connections and units of work that makes changes permanent."""

COMMITTED_BY_LEAVING: Final = frozenset({"begin", "transaction", "atomic", "in_transaction"})
"""Last names of calls that give a context manager which commits when its block ends without an exception.

`Session.begin`, `sessionmaker.begin`, `Engine.begin` (SQLAlchemy 1.4 and 2), `Connection.transaction` (asyncpg,
psycopg 3, databases), `atomic` (Django, Peewee), `in_transaction` (Tortoise ORM).
"""

CLEANUPS: Final = frozenset({"close", "aclose", "close_all", "dispose", "disconnect", "release", "remove", "terminate"})
"""Methods that give back what an object holds."""

FILE_CLEANUPS: Final = frozenset({"os.remove", "os.unlink", "os.rmdir", "shutil.rmtree"})
"""Functions that remove the file or folder that they are given."""

PASSING_BY: Final = frozenset(
    {
        "CancelledError",
        "GeneratorExit",
        "KeyboardInterrupt",
        "StopAsyncIteration",
        "StopIteration",
        "SystemExit",
        "WebSocketDisconnect",
    }
)
"""Exceptions that are no error of an HTTP endpoint, so that a handler for them hides none."""

LEAVES: Final = frozenset({"sys.exit", "os._exit", "exit", "quit"})
"""Functions that never return."""
