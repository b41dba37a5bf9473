"""How many connections to PostgreSQL an application may hold open: its engines and pools, times its processes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi_lint.knowledge import pools as known
from fastapi_lint.lifecycle.asked import asked_once
from fastapi_lint.lifecycle.effects import ExternalCall
from fastapi_lint.lifecycle.state import effects_of
from fastapi_lint.lifecycle.values import (
    Conditions,
    Dictionary,
    External,
    Instance,
    Literal,
    Site,
    Value,
    exclude_each_other,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.core.span import Location
    from fastapi_lint.lifecycle.model import App, Project, Served


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool of connections: where it is made, how many it may open, and how that is written."""

    site: Site
    most: int
    term: str
    """`5 + 10`."""
    is_postgresql: bool | None
    """None where its address is not known."""
    conditions: Conditions = ()


@dataclass(frozen=True, slots=True)
class Budget:
    """More connections than the database allows, in one deployment."""

    app: App
    served: Served
    pools: tuple[Pool, ...]
    most: int
    limit: int
    limit_at: Location | None
    is_certain: bool


def budgets(project: Project) -> Iterator[Budget]:
    """Yield the largest sum of each application that is above its database's limit."""
    if any(database.kind == "pooler" for database in project.databases):
        return
    stated = [database.limit for database in project.databases if database.limit is not None]
    largest = max(stated, key=lambda one: one.value, default=None)
    limit = largest.value if largest is not None else known.DEFAULT_LIMIT
    has_postgresql = any(database.kind == "postgresql" for database in project.databases)
    for app in project.apps:
        served = max(
            (one for one in app.served if not one.deployment.is_development),
            key=lambda one: one.processes.value,
            default=None,
        )
        if app.is_mounted or served is None:
            continue
        pools = tuple(
            one for one in pools_of(app) if one.is_postgresql or (one.is_postgresql is None and has_postgresql)
        )
        most = served.processes.value * sum(one.most for one in pools)
        if most > limit:
            is_certain = all(one.is_postgresql and not one.conditions for one in pools)
            yield Budget(app, served, pools, most, limit, largest.location if largest else None, is_certain)


@asked_once
def pools_of(app: App) -> tuple[Pool, ...]:
    """Return the pools that an application makes at import and at start-up; of those that exclude each other, one."""
    found: list[Pool] = []
    seen: set[int] = set()
    for _, effect in effects_of([app.imports, *(life.activation for life in app.lifespans)]):
        if not isinstance(effect, ExternalCall) or id(effect) in seen:
            continue
        seen.add(id(effect))
        pool = _pool(effect)
        if pool is not None and not any(exclude_each_other(pool.conditions, one.conditions) for one in found):
            found.append(pool)
    return tuple(sorted(found, key=lambda one: one.site))


def _pool(call: ExternalCall) -> Pool | None:
    """Return the pool that a call makes, None where it makes none, or one whose size is not known."""
    is_postgresql = _speaks_postgresql(call)
    if is_postgresql is False:
        return None
    if call.name in known.ENGINES:
        sizes = _engine_sizes(call)
    elif call.name in known.POOLS:
        word, default = known.POOLS[call.name]
        given = call.arguments.keywords.get(word) or call.arguments.keywords.get("min_size")
        size = default if given is None else _number(given)
        sizes = None if size is None or call.arguments.open else (size,)
    else:
        return None
    if sizes is None:
        return None
    term = " + ".join(str(size) for size in sizes)
    return Pool(call.site, sum(sizes), term, is_postgresql, call.conditions)


def _engine_sizes(call: ExternalCall) -> tuple[int, ...] | None:
    """Return an engine's pool size and overflow, None where they are not known or there is no pool."""
    words = call.arguments.keywords
    if call.arguments.open or "creator" in words or "pool" in words or "async_creator" in words:
        return None
    kind = words.get("poolclass")
    if kind is not None:
        name = kind.name.rpartition(".")[2] if isinstance(kind, External) else ""
        if name in known.ONE_CONNECTION:
            return (1,)
        if name not in known.QUEUE_POOLS:
            return None
    size = _number(words.get("pool_size", Literal(known.POOL_SIZE)))
    overflow = _number(words.get("max_overflow", Literal(known.MAX_OVERFLOW)))
    return None if size is None or overflow is None or size == 0 or overflow < 0 else (size, overflow)


def _number(value: Value) -> int | None:
    if isinstance(value, Literal) and isinstance(value.value, int) and not isinstance(value.value, bool):
        return value.value
    return None


def _speaks_postgresql(call: ExternalCall) -> bool | None:
    """Return whether a pool is one of PostgreSQL itself, None where the code does not tell."""
    if call.name in known.POOLS:
        texts = list(_texts(call.arguments.get(0, "dsn"))) + list(_texts(call.arguments.get(0, "conninfo")))
        return not any(word in text for text in texts for word in known.POOLER_WORDS)
    texts = list(_texts(call.arguments.get(0, "url")))
    if any(word in text for text in texts for word in known.POOLER_WORDS):
        return False
    if not texts:
        return None
    return texts[0].startswith(("postgresql", "postgres"))


def _texts(value: Value | None) -> Iterator[str]:
    """Yield the texts of an address: its own, or those of the call that builds it, the scheme first."""
    text = text_of(value)
    if text is not None:
        yield text
    elif isinstance(value, Instance):
        scheme = value.arguments.get(0, "drivername") or value.arguments.keywords.get("scheme")
        given = [value.arguments.keywords.get("scheme"), scheme, *value.arguments.values(), value.receiver]
        for one in given:
            if one is not None and not isinstance(one, Dictionary):
                yield from _texts(one)
