"""An engine that says what it is told to, so that the command line can be tried without one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from fastapi_lint.core.finding import Report

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi_lint.engine.run import Request


@dataclass
class Engine:
    """What the engine is to answer, and what it was asked."""

    answer: Report | BaseException = field(default_factory=lambda: Report(()))
    requests: list[Request] = field(default_factory=list)
    began: int = 0

    def explore(self, request: Request, work: Callable[[Any], Any]) -> Any:
        self.requests.append(request)
        return work(self)

    def report(self) -> Report:
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer

    def evidence(self) -> None:
        return None


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    fake = Engine()
    monkeypatch.setattr("fastapi_lint.engine.run.explore", fake.explore)
    for name in ("NO_COLOR", "FORCE_COLOR", "FORCE_HYPERLINK"):
        monkeypatch.delenv(name, raising=False)
    return fake
