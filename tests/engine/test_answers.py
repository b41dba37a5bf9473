"""Answers given again: byte for byte what a run says, never once anything that matters has changed."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from fastapi_lint.engine.answers import Answer, Evidence, recall, remember

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MAIN = """from fastapi import FastAPI
from app.events import connect

app = FastAPI()
app.on_event("startup")(connect)
"""
_COMMAND = """
import sys
from fastapi_lint.__main__ import main
code = main(sys.argv[1:])
sys.stdout.flush()
with open("../ran", "w") as file:
    file.write(" ".join(sys.modules))
sys.exit(code)
"""
Ran = tuple[bytes, bytes, int]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "app").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / "app" / "__init__.py").write_text("")
    (root / "app" / "main.py").write_text(MAIN)
    (root / "app" / "events.py").write_text("async def connect() -> None: ...\n")
    (root / "pyproject.toml").write_text('[project]\nname = "x"\ndependencies = ["fastapi==0.115.0"]\n')
    (root / "Dockerfile").write_text('FROM python:3.13\nCMD ["uvicorn", "app.main:app"]\n')
    return root


def check(project: Path, *options: str) -> Ran:
    """Run a check; whether it was a run or an answer is told by `was_answered`."""
    command = [sys.executable, "-c", _COMMAND, "check", *options]
    done = subprocess.run(command, cwd=project, capture_output=True, check=False, timeout=120)
    return done.stdout, done.stderr, done.returncode


def was_answered(project: Path) -> bool:
    return "fastapi_lint.engine.run" not in (project.parent / "ran").read_text().split()


def cached(project: Path, *options: str) -> Ran:
    return check(project, *options, "--cache-dir", str(project.parent / "cache"))


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--quiet"],
        ["--verbose"],
        ["--statistics"],
        ["--statistics", "--output-format", "json"],
        ["--show-possible", "--exit-zero"],
        ["--select", "FL301"],
        ["--color", "always"],
        ["app"],
        ["app/events.py", "--output-format", "concise"],
        *(["--output-format", name] for name in ("text", "concise", "grouped", "json", "sarif", "github")),
    ],
)
def test_every_form_is_said_again_to_the_byte(project: Path, options: list[str]) -> None:
    fresh = check(project, *options, "--no-cache")
    assert not was_answered(project)
    assert cached(project, *options) == fresh
    assert not was_answered(project)
    assert cached(project, *options) == fresh
    assert was_answered(project)


def _edit(root: Path) -> None:
    (root / "app" / "main.py").write_text("\n" + MAIN)


def _edit_unseen(root: Path) -> None:
    """Change a file so that its size, time stamp and inode stay what they were."""
    file = root / "app" / "main.py"
    before = file.stat()
    file.write_text(MAIN.replace("startup", "Startup"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def _swap_by_link(root: Path) -> None:
    (root / "app" / "other.py").write_text(MAIN.replace("startup", "shutdown"))
    (root / "app" / "main.py").unlink()
    (root / "app" / "main.py").symlink_to("other.py")


CHANGES: dict[str, Callable[[Path], object]] = {
    "a file": _edit,
    "a file without a trace": _edit_unseen,
    "a link in its place": _swap_by_link,
    "a new file": lambda root: (root / "app" / "more.py").write_text(MAIN),
    "a file that is gone": lambda root: (root / "app" / "events.py").unlink(),
    "a deployment": lambda root: (root / "Dockerfile").write_text(
        'CMD ["uvicorn", "app.main:app", "--workers", "4"]\n'
    ),
    "a lock": lambda root: (root / "uv.lock").write_text(""),
    "the settings": lambda root: (root / "pyproject.toml").write_text('[tool.fastapi-lint]\nignore = ["FL302"]\n'),
    "settings of their own": lambda root: (root / "fastapi-lint.toml").write_text('ignore = ["FL302"]\n'),
    "what git ignores": lambda root: (root / "app" / ".gitignore").write_text("main.py\n"),
    "what git ignores here": lambda root: [
        (root / ".git" / "info").mkdir(),
        (root / ".git" / "info" / "exclude").write_text("main.py\n"),
    ],
    "another root": lambda root: (root / "app" / "pyproject.toml").write_text(""),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_there_is_another_run(project: Path, change: str) -> None:
    cached(project, "app")
    CHANGES[change](project)
    fresh = check(project, "app", "--no-cache")
    assert cached(project, "app") == fresh
    assert not was_answered(project)


def test_settings_above_the_project_count(project: Path) -> None:
    (project / ".git").rmdir()
    (project.parent / ".git").mkdir()
    assert b"FL302" in cached(project)[0]
    (project.parent / "fastapi-lint.toml").write_text('ignore = ["FL302"]\n')
    assert b"FL302" not in cached(project)[0]


def test_other_options_and_another_look_are_other_questions(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cached(project)
    cached(project, "--ignore", "FL302")
    assert not was_answered(project)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert b"\x1b[" in cached(project)[0]


def test_new_time_stamps_alone_change_nothing(project: Path) -> None:
    first = cached(project)
    for file in project.rglob("*"):
        os.utime(file, ns=(1, 1))
    assert cached(project) == first
    assert was_answered(project)
    (project / "app" / "__pycache__").mkdir()
    (project / "app" / "__pycache__").rmdir()
    assert cached(project) == first
    assert was_answered(project)


def test_a_file_that_cannot_be_checked_is_told_of_again(project: Path) -> None:
    (project / "app" / "broken.py").write_text("def (:\n")
    first = cached(project)
    assert b"FL000" in first[0]
    assert cached(project) == first
    assert was_answered(project)


def test_a_folder_without_a_marker_is_not_remembered(project: Path) -> None:
    """Any folder above could become its root."""
    (project / ".git").rmdir()
    (project / "pyproject.toml").unlink()
    cached(project)
    cached(project)
    assert not was_answered(project)


@pytest.mark.parametrize("at", [0, 10, 30, 60, 200, -1])
def test_damaged_answers_are_none(tmp_path: Path, at: int) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    evidence = Evidence()
    evidence.files[str(file)] = b"x"
    remember(str(tmp_path), b"asked", Answer("output" * 50, "", 1), evidence, 0)
    found = recall(str(tmp_path), b"asked")
    assert found is not None
    assert (found.output, found.error, found.code) == ("output" * 50, "", 1)
    (store,) = tmp_path.glob("*.answer")
    data = bytearray(store.read_bytes())
    data[at] ^= 1
    store.write_bytes(bytes(data))
    assert recall(str(tmp_path), b"asked") is None
    store.write_bytes(bytes(data[:at]))
    assert recall(str(tmp_path), b"asked") is None


def test_old_answers_make_room(tmp_path: Path) -> None:
    for number in range(80):
        remember(str(tmp_path), b"%d" % number, Answer("", "", 0), Evidence(), 0)
    assert len(list(tmp_path.glob("*.answer"))) <= 65
    assert recall(str(tmp_path), b"79") is not None


def test_clean_removes_answers(project: Path) -> None:
    cached(project)
    folder = project.parent / "cache"
    command = [sys.executable, "-m", "fastapi_lint", "clean", "--cache-dir", str(folder)]
    subprocess.run(command, capture_output=True, check=True, timeout=60)
    assert [path.name for path in folder.iterdir()] == ["CACHEDIR.TAG"]
