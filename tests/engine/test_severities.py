"""Findings of one rule that weigh differently: what only costs a little is worth knowing, and fails no run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fastapi_lint.core.finding import Severity
from fastapi_lint.engine.run import Request, run

if TYPE_CHECKING:
    from pathlib import Path

ASKED_TWICE = """\
from fastapi import Depends, FastAPI

app = FastAPI()


class Rows:
    def __init__(self, table): ...


def rows_of(table):
    {made}
    return make


def user(rows=Depends(rows_of("users"))): ...


@app.get("/me")
async def me(user=Depends(user), rows=Depends(rows_of("users"))): ...
"""
MAKERS = {
    "def make():\n        return Rows(table)": Severity.INFO,
    "async def make():\n        found = []\n        found.append(Rows(table))\n        return found": Severity.INFO,
    "async def make():\n        return await read(table)": Severity.WARNING,
    "async def make():\n        async with read(table) as rows:\n            return rows": Severity.WARNING,
    "async def make():\n        return [row async for row in read(table)]": Severity.WARNING,
    "def make():\n        yield Rows(table)": Severity.WARNING,
    "def make():\n        return table.query()": Severity.WARNING,
    "def make():\n        rows = Rows(table)\n        rows.load()\n        return rows": Severity.WARNING,
}


@pytest.mark.parametrize(("made", "severity"), MAKERS.items(), ids=range(len(MAKERS)))
def test_a_dependency_that_is_evaluated_twice(made: str, severity: Severity, tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(ASKED_TWICE.format(made=made))
    found = run(Request((".",), tmp_path, select=("FL501",))).diagnostics
    assert [one.severity for one in found] == [severity]


def test_without_the_cache_it_is_never_mild(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(
        "from fastapi import Depends, FastAPI\n\napp = FastAPI()\n\n\n"
        "async def now(): return 1\n\n\n"
        '@app.get("/")\n'
        "async def twice(a=Depends(now, use_cache=False), b=Depends(now, use_cache=False)): ...\n"
    )
    found = run(Request((".",), tmp_path, select=("FL501",))).diagnostics
    assert [one.severity for one in found] == [Severity.WARNING]
