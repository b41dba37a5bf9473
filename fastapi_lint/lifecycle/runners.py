"""Servers that code starts itself: `uvicorn.run` and its like, and the deployment that such a call is."""

from __future__ import annotations

from posixpath import dirname
from typing import TYPE_CHECKING, Final

from fastapi_lint.facts.deployment.model import Count, CountKind, Deployment
from fastapi_lint.lifecycle.effects import Activation, ExternalCall
from fastapi_lint.lifecycle.values import Literal, Site, Value, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_RUNNERS: Final = frozenset({"uvicorn.run", "uvicorn.Config", "uvicorn.main.run", "uvicorn.config.Config"})


def runner_calls(root: Activation) -> Iterator[ExternalCall]:
    """Yield the calls of `uvicorn.run` and its like that something did, deep inside too."""
    pending = [root]
    seen: set[int] = set()
    while pending:
        activation = pending.pop()
        if id(activation) in seen:
            continue
        seen.add(id(activation))
        for effect in activation.effects:
            if isinstance(effect, ExternalCall) and effect.name in _RUNNERS:
                yield effect
        pending += [edge.callee for edge in activation.calls]


def deployment_of(call: ExternalCall, path: str, started: Deployment | None) -> Deployment:
    """Return the deployment that a `uvicorn.run(...)` is, with the replicas of what starts its script."""
    words = call.arguments.keywords
    reload = words.get("reload")
    is_reloading = isinstance(reload, Literal) and reload.value is True and not reload.assumed
    workers = _count(words.get("workers"), call.site)
    if workers.kind is CountKind.UNKNOWN and call.arguments.open:
        workers = Count(CountKind.UNKNOWN, 1)
    factory = words.get("factory")
    return Deployment(
        server="uvicorn",
        target=text_of(call.arguments.get(0, "app")),
        path_target=path,
        factory=isinstance(factory, Literal) and factory.value is True,
        directory=dirname(path),
        workers=workers,
        replicas=started.replicas if started is not None else Count(CountKind.EXACT, 1),
        location=call.site.location,
        related=((started.location, "starts the script"),) if started is not None else (),
        reload=call.site.location if is_reloading else None,
        is_development=started.is_development if started is not None else False,
    )


def _count(value: Value | None, site: Site) -> Count:
    if value is None or (isinstance(value, Literal) and value.value is None):
        return Count(CountKind.EXACT, 1)
    if isinstance(value, Literal) and isinstance(value.value, int) and not isinstance(value.value, bool):
        return Count(CountKind.EXACT, max(1, value.value), site.location)
    return Count(CountKind.UNKNOWN, 1, site.location)
