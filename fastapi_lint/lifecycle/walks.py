"""Walks through everything that an application runs: while it is imported, when it starts, and for requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.lifecycle.asked import asked_once
from fastapi_lint.lifecycle.values import FunctionValue

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastapi_lint.lifecycle.effects import Activation
    from fastapi_lint.lifecycle.model import App
    from fastapi_lint.lifecycle.values import Site


def below(roots: Iterable[Activation]) -> tuple[Activation, ...]:
    """Return activations and all that they call, each once, callers first."""
    found: dict[int, Activation] = {}
    pending = list(roots)
    while pending:
        activation = pending.pop()
        if id(activation) not in found:
            found[id(activation)] = activation
            pending.extend(edge.callee for edge in reversed(activation.calls))
    return tuple(found.values())


@asked_once
def before_requests(app: App) -> tuple[Activation, ...]:
    """Return everything that ran while an application was imported and started, each once."""
    return below([app.imports, *(one.activation for one in app.lifespans)])


@asked_once
def in_requests(app: App) -> tuple[Activation, ...]:
    """Return everything that ran for an application's requests, each once; it costs a run of every endpoint."""
    return below([one.activation for one in app.requests])


def functions_run(activations: Iterable[Activation]) -> frozenset[Site]:
    """Return where the functions are defined that ran."""
    subjects = (one.subject for one in activations)
    return frozenset(one.site for one in subjects if isinstance(one, FunctionValue))
