"""What a rule's own repair makes of a project, in one go and in several."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fastapi_lint.core.finding import Report
from fastapi_lint.engine.repair import repair, write_changes
from fastapi_lint.engine.run import Request
from fastapi_lint.rules.lifespan.startup_event import RULE
from tests.adoption.conftest import MAIN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi_lint.core.finding import Edit, Finding
    from fastapi_lint.edits.editor import Editor


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "main.py").write_text(MAIN, encoding="utf-8")
    return tmp_path


def remove_decorator(finding: Finding, editor: Editor) -> Iterator[Edit]:
    assert editor.text(finding.location).startswith("app.on_event(")
    yield editor.replace(editor.rows(finding.location), "")


def repaired(project: Path, monkeypatch: pytest.MonkeyPatch, function: object, *, unsafe: bool = True) -> str:
    monkeypatch.setattr(RULE, "_repair", function)
    request = Request(paths=(str(project),), directory=project, jobs=1)
    result = repair(request, lambda report: report, unsafe=unsafe)
    assert write_changes(result.root, result.changes) == ()
    if result.problems:
        return result.problems[0]
    assert isinstance(result.report, Report)
    return (project / "main.py").read_text(encoding="utf-8")


def test_all_findings_are_mended(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = repaired(project, monkeypatch, remove_decorator)
    assert text == "".join(line for line in MAIN.splitlines(keepends=True) if not line.startswith("@app"))


def test_an_unsafe_fix_waits_to_be_asked_for(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert RULE.applicability == "unsafe"
    assert repaired(project, monkeypatch, remove_decorator, unsafe=False) == MAIN


def test_edits_that_overlap_are_made_one_after_the_other(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def with_the_import(finding: Finding, editor: Editor) -> Iterator[Edit]:
        yield editor.insert("main.py", 0, f"# {editor.text(finding.location)}\n")
        yield from remove_decorator(finding, editor)

    text = repaired(project, monkeypatch, with_the_import)
    assert text.startswith('# app.on_event("shutdown")\n# app.on_event("startup")\nfrom fastapi')
    assert "@app" not in text


def test_what_would_not_parse_is_not_written(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(finding: Finding, editor: Editor) -> Iterator[Edit]:
        yield editor.replace(finding.location, "def (")

    assert "main.py is not changed: it could no longer be parsed" in repaired(project, monkeypatch, broken)
    assert (project / "main.py").read_text(encoding="utf-8") == MAIN


def test_fixes_that_never_end_are_ended(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def growing(finding: Finding, editor: Editor) -> Iterator[Edit]:
        yield editor.insert("main.py", 0, "# again\n")

    assert 1 <= repaired(project, monkeypatch, growing).count("# again") <= 10


def test_a_repair_that_crashes_costs_no_other(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crashing(finding: Finding, editor: Editor) -> Iterator[Edit]:
        raise LookupError("no such node")
        yield

    monkeypatch.setattr(RULE, "_repair", crashing)
    (project / "other.py").write_text("import main  # fastapi-lint: ignore[nonsense]\n", encoding="utf-8")
    request = Request(paths=(str(project),), directory=project, jobs=1)
    result = repair(request, lambda report: report, unsafe=True)
    assert [(one.rule, one.entity, one.message) for one in result.report.failures] == [
        ("startup-event", "main.py", "LookupError: no such node")
    ] * 2
    assert [change.after for change in result.changes] == [b"import main\n"]
    assert {one.code for one in result.report.diagnostics} == {"FL302"}
