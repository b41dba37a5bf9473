"""Whatever rows a file has, a comment that is offered is heard: the finding is silenced and nothing else is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fastapi_lint.engine.ignoring import Insertion, ignore_here, ignore_in_file
from fastapi_lint.engine.run import Request, run
from tests.test_fixtures import Case, cases

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi_lint.core.finding import Diagnostic

BAD = [case for case in cases() if not case.is_good]


def report(folder: Path, code: str) -> tuple[Diagnostic, ...]:
    return run(Request(paths=(".",), directory=folder, jobs=1, select=(code, "FL001", "FL002"))).diagnostics


def put(file: Path, insertion: Insertion) -> None:
    rows = file.read_text(encoding="utf-8").split("\n")
    row = rows[insertion.row]
    rows[insertion.row] = row[: insertion.column] + insertion.text + row[insertion.column :]
    file.write_text("\n".join(rows), encoding="utf-8")


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.name)
def test_every_finding_of_the_fixtures_can_be_ignored_here_and_in_the_file(case: Case, tmp_path: Path) -> None:
    here, whole = (case.copy_to(tmp_path / name) for name in ("here", "file"))
    found = report(here, case.code)
    assert found
    for one in reversed(found):
        file = here / one.place.filename
        rows = file.read_text(encoding="utf-8").split("\n")
        insertion = ignore_here(one.place.filename, rows, one.place.start.row - 1, one.code)
        assert insertion is not None
        put(file, insertion)
    assert report(here, case.code) == ()
    for name, code in {(one.place.filename, one.code) for one in found}:
        file = whole / name
        insertion = ignore_in_file(name, file.read_text(encoding="utf-8").split("\n"), code)
        assert insertion is not None
        put(file, insertion)
    assert report(whole, case.code) == ()


@pytest.mark.parametrize(
    ("path", "rows", "row", "expected"),
    [
        ("Dockerfile", ["FROM x", "CMD run"], 1, Insertion(1, 0, "# fastapi-lint: ignore[FL101] TODO: say why\n")),
        ("compose.yaml", ["a:", "  b: 1"], 1, Insertion(1, 0, "  # fastapi-lint: ignore[FL101] TODO: say why\n")),
        ("compose.yaml", ["a: |", "  run", "  more"], 2, None),
        ("start.sh", ["run \\", "  --more"], 1, None),
        ("Procfile", ["web: run"], 0, Insertion(0, 0, "# fastapi-lint: ignore[FL101] TODO: say why\n")),
        ("app.service", ["[Service]"], 0, None),
        ("app.py", ["def broken("], 0, None),
        ("app.py", ["x = 1"], 7, None),
    ],
)
def test_other_files_are_told_above_the_row_or_not_at_all(
    path: str, rows: list[str], row: int, expected: Insertion | None
) -> None:
    assert ignore_here(path, rows, row, "FL101") == expected
