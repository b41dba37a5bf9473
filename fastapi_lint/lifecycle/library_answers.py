"""Whether the middleware of a library answers requests on its own, as its settings in the project have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.knowledge.middlewares import ASGI_RATELIMIT, GUARD, REJECTING, SLOWAPI
from fastapi_lint.knowledge.resources import LIMITERS
from fastapi_lint.lifecycle.asked import asked_once
from fastapi_lint.lifecycle.effects import ExternalCall
from fastapi_lint.lifecycle.state import effects_of
from fastapi_lint.lifecycle.values import FALSE, NONE, TRUE, Arguments, Dictionary, Instance, Sequence, Value

if TYPE_CHECKING:
    from fastapi_lint.lifecycle.model import App


def library_answer(app: App, classes: tuple[str, ...], arguments: Arguments) -> str:
    """Return what the middleware of one of these library classes answers with by itself, empty where it calls on.

    `arguments` are those of its registration. What cannot be told counts as calling on.
    """
    name = next((one for one in classes if one in REJECTING), "")
    if not name:
        return ""
    if name in SLOWAPI and not _limits_every_route(app):
        return ""
    if name in ASGI_RATELIMIT and not _refuses_by_itself(arguments):
        return ""
    if name in GUARD and _only_watches_or_adds_headers(arguments):
        return ""
    return REJECTING[name]


@asked_once
def _limits_every_route(app: App) -> bool:
    """Return whether a limiter of slowapi has limits of its own, beside those of single routes."""
    roots = [app.imports, *(lifespan.activation for lifespan in app.lifespans)]
    return any(
        isinstance(effect, ExternalCall) and effect.name in LIMITERS and _has_own_limits(effect.arguments)
        for _, effect in effects_of(roots)
    )


def _has_own_limits(arguments: Arguments) -> bool:
    if FALSE in (arguments.keywords.get("enabled"), arguments.keywords.get("auto_check")):
        return False
    return any(
        _is_filled(arguments.get(index, name)) for index, name in ((1, "default_limits"), (2, "application_limits"))
    )


def _is_filled(value: Value | None) -> bool:
    """Return whether a container that is given may hold anything."""
    if value is None or value is NONE:
        return False
    return not isinstance(value, Sequence | Dictionary) or bool(value.items) or value.open


def _refuses_by_itself(arguments: Arguments) -> bool:
    return "on_blocked" not in arguments.keywords and _is_filled(arguments.get(2, "config"))


def _only_watches_or_adds_headers(arguments: Arguments) -> bool:
    config = arguments.get(0, "config")
    stated = config.arguments.keywords if isinstance(config, Instance) else {}
    return TRUE in (stated.get("passive_mode"), stated.get("enable_cors"))
