"""Which `HTTPException` leaves a middleware of an application, where no exception handler sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi_lint.knowledge.framework import AUTHENTICATION
from fastapi_lint.lifecycle.answers import is_http_exception
from fastapi_lint.lifecycle.conduct import conducts, library_classes
from fastapi_lint.lifecycle.naming import short_name
from fastapi_lint.lifecycle.values import External, Instance, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.lifecycle.middleware import Middleware
    from fastapi_lint.lifecycle.model import App
    from fastapi_lint.lifecycle.values import Site, Value

_SERVER_ERROR: Final = 500


@dataclass(frozen=True, slots=True)
class Escaping:
    """An `HTTPException` that leaves a middleware: the statement of the middleware, and where it is raised."""

    middleware: Middleware
    site: Site
    raised: Site
    name: str
    is_again: bool = False
    """Whether it comes from inside and is raised again."""


def escaping_http_exceptions(app: App) -> Iterator[Escaping]:
    """Yield every `HTTPException` that leaves a middleware and that none outside of it turns into an answer.

    A backend of Starlette's `AuthenticationMiddleware` is a part of it: only its own `AuthenticationError` is caught
    there (`starlette/middleware/authentication.py`, every version).
    """
    if not app.stack:
        return
    known = conducts(app)
    is_raised_inside = False
    for middleware in reversed(app.stack):
        conduct = known.get(middleware)
        if conduct is None:
            continue
        is_converted = any(known[one].converts for one in app.stack[: middleware.rank] if one in known)
        escapes = [one for one in conduct.escapes if is_http_exception(one.value) and not _means_500(one.value)]
        if not is_converted:
            is_backend = AUTHENTICATION in library_classes(middleware.what)
            for one in escapes:
                site = one.raised if is_backend and one.site == one.raised else one.site
                yield Escaping(middleware, site, one.raised, _name(one.value))
            if is_raised_inside:
                for site in conduct.passed_on:
                    yield Escaping(middleware, site, site, "HTTPException", is_again=True)
        is_raised_inside |= bool(escapes)


def _means_500(value: Value) -> bool:
    """Return whether an exception states the status that the client gets in any case."""
    if not isinstance(value, Instance) or not isinstance(value.type, External):
        return False
    status = value.arguments.get(0, "status_code")
    if isinstance(status, External):
        return status.name.rpartition(".")[2] == "HTTP_500_INTERNAL_SERVER_ERROR"
    return isinstance(status, Literal) and status.value == _SERVER_ERROR and not status.assumed


def _name(value: Value) -> str:
    return short_name(value.type if isinstance(value, Instance) else value)
