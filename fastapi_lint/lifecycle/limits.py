"""Rate limiters of libraries that count in the memory of one process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.knowledge import resources
from fastapi_lint.lifecycle.effects import ExternalCall
from fastapi_lint.lifecycle.state import effects_of
from fastapi_lint.lifecycle.values import FALSE, Arguments, Instance, Literal, Site, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.lifecycle.model import App, Served

_VARIABLES = frozenset({"RATELIMIT_STORAGE_URL", "RATELIMIT_STORAGE_URI"})


def memory_limiters(app: App, served: Served) -> Iterator[tuple[Site, str]]:
    """Yield where an application's limiters with memory storage are made, and what each is called.

    slowapi takes its storage from `storage_uri`, else from `RATELIMIT_STORAGE_URL` in its configuration, else counts
    in memory (`slowapi/extension.py`, 0.1.9).
    """
    if any(name in _VARIABLES for name, _ in served.deployment.environment):
        return
    roots = [app.imports, *(lifespan.activation for lifespan in app.lifespans)]
    seen: set[Site] = set()
    for _, effect in effects_of(roots):
        if not isinstance(effect, ExternalCall) or effect.site in seen:
            continue
        if (
            effect.name in resources.LIMITERS and _counts_in_memory(effect.arguments)
        ) or effect.name in resources.MEMORY_STORAGES:
            seen.add(effect.site)
            yield effect.site, _name(effect)


def _counts_in_memory(arguments: Arguments) -> bool:
    if arguments.open or _is_off(arguments):
        return False
    storage = arguments.keywords.get("storage_uri")
    if storage is None or (isinstance(storage, Literal) and storage.value is None and not storage.assumed):
        return "config_filename" not in arguments.keywords
    text = text_of(storage)
    return text is not None and text.startswith("memory://") and not getattr(storage, "assumed", False)


def _is_off(arguments: Arguments) -> bool:
    return arguments.keywords.get("enabled") == FALSE


def _name(effect: ExternalCall) -> str:
    result = effect.result
    origin = getattr(result, "origin", None) if isinstance(result, Instance) else None
    name: str = getattr(origin, "name", "")
    return name.rpartition(":")[2] or effect.name.rpartition(".")[2]
