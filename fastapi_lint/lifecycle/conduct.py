"""What each middleware of an application does on its own, and where it stands to the one for CORS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi_lint.knowledge.framework import AUTHENTICATION, CORS
from fastapi_lint.lifecycle.answers import Answer, Conduct, ancestors, conduct_of
from fastapi_lint.lifecycle.asked import asked_once
from fastapi_lint.lifecycle.classes import external_bases
from fastapi_lint.lifecycle.library_answers import library_answer
from fastapi_lint.lifecycle.nodes import texts_of
from fastapi_lint.lifecycle.values import (
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Method,
    Value,
    exclude_each_other,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastapi_lint.lifecycle.middleware import Middleware
    from fastapi_lint.lifecycle.model import App

OWN_CORS: Final = "access-control-allow-origin"
_REFUSED: Final = "AuthenticationError"


@dataclass(frozen=True, slots=True)
class Rejecting:
    """A middleware outside of the one for CORS that answers on its own: where it does, or what a library's answers."""

    middleware: Middleware
    cors: Middleware
    answers: tuple[Answer, ...]
    known: str = ""


@asked_once
def conducts(app: App) -> Mapping[Middleware, Conduct]:
    """Return what each middleware of the project does on its own."""
    found: dict[Middleware, Conduct] = {}
    for part in app.surroundings if app.stack else ():
        if part.middleware is not None:
            conduct = conduct_of(part.activation)
            known = found.setdefault(part.middleware, conduct)
            if known is not conduct:
                known.answers += conduct.answers
                known.escapes += conduct.escapes
                known.passed_on += conduct.passed_on
                known.converts |= conduct.converts
    return found


def library_classes(value: Value) -> tuple[str, ...]:
    """Return the dotted names of a library's class, or of the libraries' classes that a class is built on."""
    if isinstance(value, External):
        return (value.name,)
    return tuple(external_bases(value)) if isinstance(value, ClassValue) else ()


def cors_of(app: App) -> tuple[Middleware, ...]:
    """Return the middleware of an application that answers for CORS, outermost first."""
    return tuple(one for one in app.stack if CORS in library_classes(one.added.middleware))


def rejecting_outside_cors(app: App) -> Iterator[Rejecting]:
    """Yield the middleware that answers on its own where the answer passes no middleware for CORS."""
    all_cors = cors_of(app)
    if not all_cors or any("middleware" in reason and "`" in reason for reason, _ in app.unknown):
        return
    for middleware in app.stack[: all_cors[-1].rank]:
        conditions = middleware.added.conditions
        inside = [one for one in all_cors if not exclude_each_other(one.added.conditions, conditions)]
        if not inside or inside[0].rank <= middleware.rank or _has_own_cors(middleware):
            continue
        known = library_answer(app, library_classes(middleware.what), middleware.added.arguments)
        answers = tuple(_rejections(app, middleware))
        if answers or known:
            yield Rejecting(middleware, inside[0], answers, known)


def _rejections(app: App, middleware: Middleware) -> Iterator[Answer]:
    conduct = conducts(app).get(middleware)
    if conduct is None:
        return
    if AUTHENTICATION in library_classes(middleware.what):
        # It answers 400 where its backend raises this (`starlette/middleware/authentication.py`, every version).
        yield from (Answer(one.raised) for one in conduct.escapes if _REFUSED in ancestors(one.value))
    else:
        yield from (answer for answer in conduct.answers if answer.rejects)


def _has_own_cors(middleware: Middleware) -> bool:
    """Return whether the code of a middleware speaks of the header itself."""
    what = code_of(middleware.what)
    return what is not None and any(text.casefold() == OWN_CORS for text in texts_of(what.definition))


def code_of(what: Value) -> ClassValue | FunctionValue | None:
    """Return the class or function of the project that a middleware is made of, None for a library's."""
    match what:
        case Method():
            return what.function
        case Instance():
            return code_of(what.type)
        case ClassValue() | FunctionValue():
            return what
        case _:
            return None
