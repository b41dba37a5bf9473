"""An engine that says what it is told to, so that the command line can be tried without one."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from fastapi_lint.core.errors import FastapiLintError
from fastapi_lint.core.finding import Report

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True)
class Request:
    """The engine's own request, field by field."""

    paths: tuple[str, ...]
    directory: Path
    select: tuple[str, ...] | None
    ignore: tuple[str, ...]
    extend_select: tuple[str, ...]
    target_version: tuple[str, ...]
    jobs: int | None
    config: Path | None
    isolated: bool
    cache: Path | None
    show_possible: bool
    progress: Callable[[int, int], None] | None


@dataclass
class Engine:
    """What the engine is to answer, and what it was asked."""

    answer: Report | BaseException = field(default_factory=lambda: Report(()))
    requests: list[Request] = field(default_factory=list)

    def run(self, request: Request) -> Report:
        self.requests.append(request)
        if isinstance(self.answer, (FastapiLintError, BaseException)):
            raise self.answer
        return self.answer


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    fake = Engine()
    module = ModuleType("fastapi_lint.engine.run")
    module.__dict__.update(Request=Request, run=fake.run)
    monkeypatch.setitem(sys.modules, "fastapi_lint.engine.run", module)
    for name in ("NO_COLOR", "FORCE_COLOR", "FORCE_HYPERLINK"):
        monkeypatch.delenv(name, raising=False)
    return fake
