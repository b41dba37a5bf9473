"""The text layouts, byte by byte; `UPDATE_GOLDEN=1` rewrites them."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from fastapi_lint.core.finding import Confidence, Report, Severity, Skipped, Source
from fastapi_lint.report.render import render
from tests.report.samples import diagnostic, note, place, report, source

GOLDEN = Path(__file__).parent / "golden"

MAIN = source("""\
from fastapi import FastAPI

app = FastAPI()

engine = create_engine(URL)


@app.get("/items/{item_id}")
async def read(item_id: int):
    return await load(item_id)


@app.get("/items/{name}")
async def read_name(name: str):
    return name


app.add_middleware(
    CORSMiddleware,
    allow_origins=["*"],
)""")

CASES: dict[str, Report] = {
    "one_span": report(diagnostic(place("app/main.py", 5, 1, 7)), lines={"app/main.py": MAIN}),
    "note_in_same_file": report(
        diagnostic(
            place("app/main.py", 13, 10, 25),
            "`/items/{name}` is never reached",
            note("app/main.py", 8, 10, 28, "this path takes every request first"),
            code="FL602",
            name="shadowed-route",
        ),
        lines={"app/main.py": MAIN},
    ),
    "note_far_away_in_same_file": report(
        diagnostic(place("app/main.py", 18, 1, 19), "m", note("app/main.py", 3, 1, 4, "the application")),
        lines={"app/main.py": MAIN},
    ),
    "note_in_other_file": report(
        diagnostic(
            place("app/main.py", 5, 1, 7),
            "`engine` is shared by 4 processes",
            note("Dockerfile", 120, 41, 54, "4 workers are started here"),
            note("compose.yaml", 7, 1, 2, "and 3 replicas of it"),
            note("app/db.py", 2, 14, 20, "used here"),
            severity=Severity.ERROR,
        ),
        lines={
            "app/main.py": MAIN,
            "Dockerfile": {120: 'CMD ["gunicorn", "app.main:app", "-k", "uvicorn.workers.UvicornWorker"]'},
            "app/db.py": source("def get_db():\n    session = engine.connect()\n    yield session"),
        },
    ),
    "multi_line": report(
        diagnostic(place("app/main.py", 18, 1, 2, end_row=21), "added last, runs first"), lines={"app/main.py": MAIN}
    ),
    "tab_and_wide": report(
        diagnostic(
            place("app/日本.py", 2, 15, 20),
            "名前 is wide",
            note("app/日本.py", 2, 2, 6, "a tab stands before this"),
            note("app/日本.py", 2, 9, 12, "wide"),
        ),
        lines={"app/日本.py": source("if x:\n\tname = '日本語' + e\u0301clat\t# tab")},
    ),
    "end_of_line": report(
        diagnostic(place("app/main.py", 3, 16, 16), "a point after the last character"), lines={"app/main.py": MAIN}
    ),
    "empty_file": report(
        diagnostic(place("app/__init__.py", 1, 1, 1), "an empty file", advice="", url=""),
        lines={"app/__init__.py": {1: ""}},
    ),
    "unknown_line": report(diagnostic(place("app/main.py", 5, 1, 7), "m", note("b.py", 1, 1, 2, "there"))),
    "overlapping_spans": report(
        diagnostic(
            place("app/main.py", 5, 10, 28),
            "the call",
            note("app/main.py", 5, 1, 7, "the name"),
            note("app/main.py", 5, 24, 27, "the address"),
            note("app/main.py", 5, 10, 23, "the function"),
        ),
        lines={"app/main.py": MAIN},
    ),
    "same_span_twice": report(
        diagnostic(place("app/main.py", 5, 1, 7), "m", note("app/main.py", 5, 1, 7, "made here")),
        lines={"app/main.py": MAIN},
    ),
    "long_line": report(
        diagnostic(place("a.py", 2, 301, 307), "m", note("a.py", 2, 1, 2, "far left")),
        lines={"a.py": {1: "# " + "context " * 40, 2: "x" * 300 + "engine" + "y" * 300, 3: "z"}},
    ),
    "several": report(
        diagnostic(place("app/main.py", 5, 1, 7), severity=Severity.ERROR),
        diagnostic(place("app/main.py", 9, 16, 23), "maybe", confidence=Confidence.POSSIBLE),
        diagnostic(place("app/main.py", 14, 11, 20), "by the way", severity=Severity.INFO, advice=""),
        lines={"app/main.py": MAIN},
        files=120,
    ),
    "nothing_found": Report(
        (), files=("a.py", "b.py"), apps=(Source("FastAPI", "a:app", "a.py:1"), Source("FastAPI", "b:app", "b.py:1"))
    ),
    "no_application": Report((), files=("a.py",)),
    "no_files": Report(()),
    "left_out": Report(
        (),
        files=("a.py",),
        apps=(Source("FastAPI", "a:app", "a.py:1"),),
        skipped=(
            Skipped("b.py", "larger than 1 MiB"),
            Skipped("c.py", "larger than 1 MiB"),
            Skipped("d", "not a regular file"),
            Skipped("e", "not readable"),
            Skipped("f", "outside of the project"),
        ),
        silenced=3,
        hidden=2,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_layout(name: str) -> None:
    path = GOLDEN / f"{name}.txt"
    shown = render(CASES[name], "text", width=80)
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(shown, encoding="utf-8", newline="\n")
    assert shown == path.read_text(encoding="utf-8")


def test_every_golden_file_belongs_to_a_case() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(CASES) | {"concise", "grouped", "color"}


@pytest.mark.parametrize("output_format", ["concise", "grouped"])
def test_one_line_formats(output_format: str) -> None:
    path = GOLDEN / f"{output_format}.txt"
    shown = render(CASES["several"], output_format)
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(shown, encoding="utf-8", newline="\n")
    assert shown == path.read_text(encoding="utf-8")


def test_colors_and_links() -> None:
    path = GOLDEN / "color.txt"
    shown = render(CASES["note_in_other_file"], "text", color=True, links=True, width=80).replace("\x1b", "^[")
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(shown, encoding="utf-8", newline="\n")
    assert shown == path.read_text(encoding="utf-8")


def test_links_replace_the_line_with_the_address() -> None:
    with_links = render(CASES["one_span"], "text", links=True)
    assert "= docs:" not in with_links
    assert with_links.startswith("\x1b]8;;https://")


@pytest.mark.parametrize("output_format", ["text", "concise", "grouped"])
def test_quiet_leaves_out_the_footer_only(output_format: str) -> None:
    loud = render(CASES["several"], output_format)
    quiet = render(CASES["several"], output_format, quiet=True)
    assert loud.startswith(quiet)
    assert "Found" not in quiet
    assert render(CASES["nothing_found"], output_format, quiet=True) == ""


def test_colors_change_nothing_but_colors() -> None:
    for case in CASES.values():
        colored = render(case, "text", color=True, width=80)
        assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == render(case, "text", width=80)
