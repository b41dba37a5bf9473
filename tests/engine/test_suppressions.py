"""What a run says of the directives themselves: FL001 and FL002."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fastapi_lint.engine.run import Request, run

if TYPE_CHECKING:
    from pathlib import Path

APP = """\
from fastapi import FastAPI

app = FastAPI()


@app.on_event("startup"){}
async def start() -> None: ...
"""
USED = "  # fastapi-lint: ignore[startup-event] on purpose"


def found(folder: Path, files: dict[str, str], **options: object) -> list[str]:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    report = run(Request(paths=(".",), directory=folder, **options))  # type: ignore[arg-type]
    return [f"{one.place.filename}:{one.place.start.row} {one.code} {one.message}" for one in report.diagnostics]


def test_a_directive_of_use_is_not_spoken_of(tmp_path: Path) -> None:
    assert found(tmp_path, {"main.py": APP.format(USED)}) == []


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("# fastapi-lint: ignore[FL301]", "FL001 `FL301` silences nothing here"),
        ("# fastapi-lint: ignore[FL3]", "FL001 `FL3` silences nothing here"),
        ("# fastapi-lint: ignore", "FL001 this comment silences nothing"),
        ("# noqa: FL301", "FL001 `FL301` silences nothing here"),
        ("# FastAPI-lint: ignore[startup-evnt]", "FL002 no rule is called `startup-evnt`, so this silences nothing"),
        ("# fastapi-lint: ignore[FL301", "FL002 `ignore[` is never closed"),
        ("# fastapi-lint: disable", "FL002 `disable` is no directive: write `ignore[...]` or `ignore-file[...]`"),
    ],
)
def test_useless_and_broken_directives_are_found_in_every_file(tmp_path: Path, comment: str, message: str) -> None:
    files = {"main.py": APP.format(USED), "other.py": f"x = 1  {comment}\n"}
    assert found(tmp_path, files) == [f"other.py:1 {message}"]


def test_the_word_that_was_probably_meant(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(f"x = 1  # fastapi-lint: ignore[startup-evnt]\n{APP.format(USED)}")
    (one,) = run(Request(paths=(".",), directory=tmp_path)).diagnostics
    assert one.help == "did you mean `startup-event`?"


@pytest.mark.parametrize("comment", ["# noqa", "# noqa: E501", "# see fastapi-lint's page", "# fastapi-lint"])
def test_other_comments_are_no_directives(tmp_path: Path, comment: str) -> None:
    assert found(tmp_path, {"main.py": APP.format(USED), "other.py": f"x = 1  {comment}\n"}) == []


def test_a_directive_in_a_deployment_file(tmp_path: Path) -> None:
    files = {
        "main.py": APP.format(USED),
        "Dockerfile": "FROM python:3.13\n# fastapi-lint: ignor[FL101]\nCMD uvicorn main:app\n",
        "pyproject.toml": "[tool.other]  # fastapi-lint: has no table of its own\n",
    }
    assert found(tmp_path, files) == [
        "Dockerfile:2 FL002 `ignor` is no directive: write `ignore[...]` or `ignore-file[...]`"
    ]


@pytest.mark.parametrize(
    ("files", "options"),
    [
        ({"main.py": APP.format(USED)}, {"select": ("FL1", "FL001")}),  # the rule did not run
        ({"main.py": "x = 1" + USED}, {}),  # there is no application
        ({"main.py": APP.format(""), "a.py": "x = 1" + USED, "b.py": "def"}, {"select": ("FL001", "FL301")}),
    ],
)
def test_nothing_is_useless_to_a_rule_that_did_not_see_the_whole(
    tmp_path: Path, files: dict[str, str], options: dict[str, object]
) -> None:
    assert [one for one in found(tmp_path, files, **options) if "FL000" not in one] == []


def test_only_a_directive_that_names_them_silences_them(tmp_path: Path) -> None:
    text = "x = 1  # fastapi-lint: ignore[FL301, FL001]\ny = 1  # fastapi-lint: ignore[FL999, unknown-suppression]\n"
    assert found(tmp_path, {"main.py": APP.format(USED), "other.py": text}) == []
    assert found(tmp_path, {"other.py": "x = 1  # fastapi-lint: ignore[FL301]\n"}, ignore=("FL001",)) == []
