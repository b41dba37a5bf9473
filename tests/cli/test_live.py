"""Text on standard input in place of a file, and watching, in real processes."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

MAIN = """from fastapi import FastAPI
from app.events import connect

app = FastAPI()
app.add_event_handler("startup", connect)
"""
EVENTS = "async def connect() -> None: ...\n"
COMMAND = [sys.executable, "-m", "fastapi_lint", "check"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path.resolve() / "project"
    (root / "app").mkdir(parents=True)
    (root / "pyproject.toml").write_text('[project]\nname = "project"\ndependencies = ["fastapi==0.115.0"]\n')
    (root / "app" / "__init__.py").write_text("")
    (root / "app" / "main.py").write_text(MAIN)
    (root / "app" / "events.py").write_text(EVENTS)
    return root


def check(folder: Path, text: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, *options, "--output-format", "json"]
    return subprocess.run(command, input=text, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


def found(done: subprocess.CompletedProcess[str]) -> list[tuple[str, str, int]]:
    places = [(one["code"], one["filename"], one["location"]["row"]) for one in json.loads(done.stdout)]
    assert done.returncode == int(bool(places)), done.stderr
    return places


def test_standard_input_stands_in_place_of_a_file(project: Path) -> None:
    assert found(check(project, "\n\n" + MAIN, "--stdin-filename", "app/main.py", "-")) == [("FL302", "app/main.py", 7)]
    assert found(check(project / "app", MAIN, "--stdin-filename", "main.py", "-")) == [("FL302", "../app/main.py", 5)]
    assert found(check(project, "", "--stdin-filename", "app/main.py")) == []
    assert (project / "app/main.py").read_text() == MAIN


def test_only_what_the_file_takes_part_in_is_told(project: Path) -> None:
    assert found(check(project, EVENTS, "--stdin-filename", "app/events.py", "-")) == [("FL302", "app/main.py", 5)]
    assert found(check(project, "X = 1\n", "--stdin-filename", "app/other.py", "-")) == []
    (project / "app/broken.py").write_text("def f(:\n")
    assert found(check(project, MAIN, "--stdin-filename", "app/main.py", "-")) == [("FL302", "app/main.py", 5)]


def test_text_that_cannot_be_parsed_is_told(project: Path) -> None:
    assert found(check(project, "def f(:\n", "--stdin-filename", "app/main.py", "-")) == [("FL000", "app/main.py", 1)]


def test_an_excluded_file_has_no_findings(project: Path) -> None:
    (project / ".gitignore").write_text("app/main.py\n")
    (project / ".git").mkdir()
    assert found(check(project, MAIN, "--stdin-filename", "app/main.py", "-")) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-"], "--stdin-filename"),
        (["app", "--stdin-filename", "app/main.py"], "alone"),
        (["--stdin-filename", "app/main.py", "-", "--watch"], "--watch"),
    ],
)
def test_standard_input_is_refused_where_it_makes_no_sense(project: Path, arguments: list[str], words: str) -> None:
    done = check(project, MAIN, *arguments)
    assert done.returncode == 2
    assert words in done.stderr


def test_a_folder_that_is_not_there_is_named(project: Path) -> None:
    done = check(project, MAIN, "--stdin-filename", "nowhere/main.py", "-")
    assert done.returncode == 2
    assert "nowhere" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_watched_project_is_checked_again_when_it_changes(project: Path) -> None:
    command = [*COMMAND, "--watch", "--output-format", "concise"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as watching:
        lines: queue.Queue[str] = queue.Queue()
        reader = threading.Thread(target=lambda: [lines.put(line) for line in watching.stdout or ()], daemon=True)
        reader.start()

        def until(words: str) -> None:
            while words not in lines.get(timeout=90):
                pass

        try:
            until("app/main.py:5")
            until("watching")
            (project / "app/main.py").write_text("\n\n" + MAIN)
            until("app/main.py:7")
            (project / "pyproject.toml").write_text('[tool.fastapi-lint]\nselect = "')
            until("error")
            (project / "pyproject.toml").write_text(
                '[project]\nname = "project"\ndependencies = ["fastapi==0.115.0"]\n'
            )
            (project / "app/main.py").write_text(MAIN)
            until("app/main.py:5")
        finally:
            watching.send_signal(signal.SIGINT)
            code = watching.wait(timeout=60)
        assert code == 130
