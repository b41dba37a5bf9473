"""The parts of a run say together what one run says, each finding once."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from fastapi_lint.engine.run import Request, run
from fastapi_lint.engine.shard import Shard

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi_lint.core.finding import Report

_SHARED = """import time

def slow() -> None:
    time.sleep(1)

def quiet() -> None:
    time.sleep(1)  # fastapi-lint: ignore[FL801]

def idle() -> None:
    return None  # fastapi-lint: ignore[FL801]
"""
_APP = """from fastapi import FastAPI
from shared.work import {names}

app = FastAPI()
seen: dict[int, int] = {{}}

@app.get("/")
async def read(number: int) -> int:
    {calls}
    seen[number] = number
    return number

@app.on_event("startup")
async def start() -> None: ...
"""
_CALLS = (("slow",), ("slow", "quiet"), ("idle",), ("quiet", "slow"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Several services over one library: findings in its files are those of more than one application."""
    files = {
        "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\ndependencies = ["fastapi==0.110.0"]\n',
        "shared/__init__.py": "",
        "shared/work.py": _SHARED,
        "broken.py": "def (:\n",
        "useless.py": "x = 1  # fastapi-lint: ignore[FL302]\n",
        "compose.yaml": "services:\n",
    }
    for number, names in enumerate(_CALLS):
        calls = "\n    ".join(f"{name}()" for name in names)
        files[f"service{number}/main.py"] = _APP.format(names=", ".join(names), calls=calls)
        files[f"service{number}/__init__.py"] = ""
        command = f"gunicorn -w 4 -k uvicorn.workers.UvicornWorker service{number}.main:app"
        files["compose.yaml"] += f"  service{number}:\n    image: python\n    command: {command}\n"
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def check(project: Path, shard: Shard | None, *, is_readable: bool) -> Report:
    if is_readable:
        (project / "broken.py").write_text("")
    return run(Request(paths=(".",), directory=project, shard=shard, show_possible=True, jobs=1))


@pytest.mark.parametrize("is_readable", [True, False])
@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_the_parts_say_what_one_run_says(project: Path, count: int, is_readable: bool) -> None:
    whole = check(project, None, is_readable=is_readable)
    parts = [check(project, Shard(index, count), is_readable=is_readable) for index in range(1, count + 1)]
    assert Counter(one for part in parts for one in part.diagnostics) == Counter(whole.diagnostics)
    assert sum(part.silenced for part in parts) == whole.silenced
    assert not any(part.failures for part in parts)


def test_what_is_divided_is_worth_it(project: Path) -> None:
    """The project of the test above has what is hard to divide, and more than one part has something to say."""
    whole = check(project, None, is_readable=True)
    codes = Counter((one.code, one.place.filename) for one in whole.diagnostics)
    assert codes["FL801", "shared/work.py"] == 1
    assert codes["FL001", "shared/work.py"] == 1
    assert codes["FL001", "useless.py"] == 1
    assert sum(code == "FL112" for code, _ in codes) == 1
    assert whole.silenced
    parts = [check(project, Shard(index, 4), is_readable=True) for index in range(1, 5)]
    assert sum(bool(part.diagnostics) for part in parts) > 1
    assert not any(one.code == "FL000" for one in whole.diagnostics)


@pytest.mark.parametrize("text", ["0/2", "3/2", "1", "1/", "/2", "a/b", "-1/2", "1/2/3", "²/3", ""])
def test_what_is_no_part_is_refused(project: Path, text: str) -> None:
    assert Shard.parse(text) is None
    command = [sys.executable, "-m", "fastapi_lint", "check", "--shard", text]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "2/5" in done.stderr


def test_parts_are_not_mended(project: Path) -> None:
    command = [sys.executable, "-m", "fastapi_lint", "check", "--shard", "1/2", "--fix"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "whole project" in done.stderr
