"""Questions about an application that several rules ask, answered once and kept on it."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi_lint.lifecycle.model import App

T = TypeVar("T")


def asked_once(query: Callable[[App], T]) -> Callable[[App], T]:
    """Let a query keep its answer on the application that it is asked about; whoever asks must not change it."""

    @wraps(query)
    def answer(app: App) -> T:
        if query not in app.answers:
            app.answers[query] = query(app)
        return cast("T", app.answers[query])

    return answer
