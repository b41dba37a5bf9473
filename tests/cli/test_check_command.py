"""`fastapi-lint check` as a process on a real project, with the real engine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from fastapi_lint.report.render import FORMATS
from tests.report.hostile import commands, raw_controls

if TYPE_CHECKING:
    from pathlib import Path

if find_spec("fastapi_lint.engine.run") is None:
    pytest.skip("there is no engine yet", allow_module_level=True)

STARTUP = """\
from fastapi import FastAPI

app = FastAPI()


@app.on_event("startup")
async def startup():
    print("started")
"""
CLEAN = """\
from fastapi import FastAPI

app = FastAPI()
"""


def check(project: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "fastapi_lint", "check", *arguments],
        cwd=project,
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "main.py").write_text(STARTUP, encoding="utf-8")
    return tmp_path


def test_the_startup_event_is_found(project: Path) -> None:
    done = check(project, "--select", "FL302", "--output-format", "json")
    assert done.returncode == 1, done.stderr
    (found,) = json.loads(done.stdout)
    assert found["code"] == "FL302"
    assert found["filename"] == "main.py"
    assert found["location"]["row"] in {6, 7}


def test_the_source_line_is_shown(project: Path) -> None:
    done = check(project, "--select", "FL302")
    assert done.returncode == 1, done.stderr
    assert "FL302 [" in done.stdout
    assert ' | @app.on_event("startup")\n' in done.stdout
    assert "Found 1 finding (" in done.stdout


@pytest.mark.parametrize("output_format", FORMATS)
def test_every_format(project: Path, output_format: str) -> None:
    done = check(project, "--select", "FL302", "--output-format", output_format)
    assert done.returncode == 1, done.stderr
    assert "FL302" in done.stdout
    assert done.stderr == ""


def test_the_number_of_processes_changes_nothing(project: Path) -> None:
    for number in range(5):
        (project / f"more_{number}.py").write_text(STARTUP, encoding="utf-8")
    assert check(project, "-j1").stdout == check(project, "-j2").stdout


def test_a_clean_project(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(CLEAN, encoding="utf-8")
    done = check(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "All checks passed! 1 file checked, 1 app." in done.stdout


def test_a_project_without_an_application(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("x = 1\n", encoding="utf-8")
    done = check(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No FastAPI or Starlette application found in 1 file." in done.stdout


def test_a_syntax_error_is_a_finding_and_the_rest_is_checked(project: Path) -> None:
    (project / "broken.py").write_text("from fastapi import FastAPI\ndef f(:\n", encoding="utf-8")
    done = check(project, "--output-format", "json", "--fail-on", "error")
    assert done.returncode == 1, done.stderr
    assert {"FL000", "FL302"} <= {found["code"] for found in json.loads(done.stdout)}


def test_an_unknown_rule_is_a_wrong_configuration(project: Path) -> None:
    done = check(project, "--select", "startup-evnt")
    assert done.returncode == 2
    assert "did you mean" in done.stderr
    assert done.stdout == ""


def test_the_same_bytes_from_every_hash_seed(project: Path) -> None:
    assert check(project, PYTHONHASHSEED="1").stdout == check(project, PYTHONHASHSEED="2").stdout


@pytest.mark.skipif(os.name != "posix", reason="such names exist on POSIX only")
@pytest.mark.parametrize("output_format", FORMATS)
@pytest.mark.parametrize(
    "name", [b"x\n::error file=x::pwn.py", b"\x1b]0;pwn\x07\x1b[2J.py", b"caf\xe9.py", b"::error::pwn.py"]
)
def test_hostile_names(tmp_path: Path, name: bytes, output_format: str) -> None:
    try:
        (tmp_path / os.fsdecode(name)).write_text(STARTUP, encoding="utf-8")
    except OSError:
        pytest.skip("this file system refuses the name")
    done = check(tmp_path, "--select", "FL302", "--output-format", output_format, "-v")
    assert done.returncode == 1, done.stderr
    assert raw_controls(done.stdout + done.stderr) == []
    if output_format == "github":
        assert len([line for line in done.stdout.split("\n") if line.startswith("::")]) == 1
    elif output_format == "azure":
        assert len(commands(done.stdout)) == 1
    else:
        assert commands(done.stdout + done.stderr) == []


def test_paths_are_relative_to_where_it_was_started(project: Path) -> None:
    inner = project / "inner"
    inner.mkdir()
    (inner / "main.py").write_text(STARTUP, encoding="utf-8")
    found = json.loads(check(project, "inner", "--select", "FL302", "--output-format", "json").stdout)
    assert [item["filename"] for item in found] == ["inner/main.py"]
