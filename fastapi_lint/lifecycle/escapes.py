"""Which `HTTPException` leaves a middleware of an application, where no exception handler sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi_lint.knowledge.framework import AUTHENTICATION
from fastapi_lint.lifecycle.answers import is_http_exception
from fastapi_lint.lifecycle.conduct import conducts, library_classes
from fastapi_lint.lifecycle.naming import short_name
from fastapi_lint.lifecycle.values import Instance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.lifecycle.middleware import Middleware
    from fastapi_lint.lifecycle.model import App
    from fastapi_lint.lifecycle.values import Site, Value


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
        escapes = [one for one in conduct.escapes if is_http_exception(one.value)]
        if not is_converted:
            is_backend = AUTHENTICATION in library_classes(middleware.what)
            for one in escapes:
                site = one.raised if is_backend and one.site == one.raised else one.site
                yield Escaping(middleware, site, one.raised, _name(one.value))
            if is_raised_inside:
                for site in conduct.passed_on:
                    yield Escaping(middleware, site, site, "HTTPException", is_again=True)
        is_raised_inside |= bool(escapes)


def _name(value: Value) -> str:
    return short_name(value.type if isinstance(value, Instance) else value)
