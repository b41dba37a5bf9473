"""Library functions that take a function or coroutine to run: where it will run, on the event loop or elsewhere."""

from __future__ import annotations

from typing import Final

LEAVES_LOOP: Final = frozenset({"run", "run_until_complete", "run_coroutine_threadsafe", "from_thread", "run_sync"})
"""Last names of calls that run a coroutine in another event loop, or only in another thread."""

AT_ONCE: Final = frozenset(
    {
        "builtins.filter",
        "builtins.map",
        "builtins.max",
        "builtins.min",
        "builtins.sorted",
        "functools.reduce",
        "itertools.groupby",
        "call_soon",
        "call_later",
        "call_at",
    }
)
"""Functions that call a plain function in the thread of their caller, or on the loop that it belongs to."""

TRANSPARENT: Final = (
    "abc.",
    "async_lru.",
    "backoff.",
    "beartype.",
    "cachetools.",
    "contextlib.",
    "functools.",
    "logfire.",
    "loguru.",
    "opentelemetry.",
    "pydantic.",
    "pydantic_core.",
    "retry.",
    "sentry_sdk.",
    "tenacity.",
    "typing.",
    "typing_extensions.",
    "warnings.",
)
"""Beginnings of the names of decorators under which a function still runs in the thread of its caller."""
