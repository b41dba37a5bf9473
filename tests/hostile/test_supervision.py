"""The parser dies, hangs or eats all memory: one file is lost, told of, and every other file has its result."""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fastapi_lint.engine import workers
from fastapi_lint.engine.workers import CAN_SUPERVISE, Children, Lost, supervised

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(not CAN_SUPERVISE, reason="no fork here")

UNGUARDED = Path(__file__).with_name("unguarded.py")
PAD = "# " + "-" * 500 + "\n"
STARTUP = "from fastapi import FastAPI\napp = FastAPI()\n@app.on_event('startup')\nasync def begin(): ...\n"
HARMFUL = {
    "kills.py": ("x = " + "(" * 200_000 + "1" + ")" * 200_000 + "\n", "the parser died on this file"),
    "hangs.py": (PAD + "match x:\n case " + "(" * 30 + "a" + ")" * 30 + ": pass\n", "the parser took too long"),
    "swells.py": ("x = " + "a if b else " * 3_000 + "c\n", "the parser needed too much memory"),
}
"""What LibCST 1.9 does with each: a stack that overflows, exponential time, a gigabyte and a half."""


def unguarded(project: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(UNGUARDED), "check", "--no-cache", "--output-format", "json", *options],
        cwd=project,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_only_the_harmful_files_are_lost(tmp_path: Path, jobs: str) -> None:
    for number in range(4):
        (tmp_path / f"app{number}.py").write_text(STARTUP + PAD * number)
    for name, (text, _) in HARMFUL.items():
        (tmp_path / name).write_text("from fastapi import FastAPI\n" + text)
    done = unguarded(tmp_path, "-j", jobs, SECONDS="4", MEMORY=str(400 << 20))
    assert done.returncode == 1, done.stderr
    found = [(one["code"], one["filename"], one["message"]) for one in json.loads(done.stdout)]
    assert [name for code, name, _ in found if code == "FL302"] == [f"app{number}.py" for number in range(4)]
    told = {name: message for code, name, message in found if code == "FL000"}
    assert told == {name: f"not checked: {reason}" for name, (_, reason) in HARMFUL.items()}


def ends(index: int) -> bytes:
    match index:
        case 2:
            faulthandler.disable()  # pytest's own would print where this was
            os.kill(os.getpid(), signal.SIGSEGV)
        case 4:
            while True:
                pass
        case 6:
            return bytes(1 << 33)
        case 7:
            raise ValueError(index)
        case 8:
            time.sleep(1_000)
        case 9:
            os._exit(0)
    return str(index).encode() * (1 if index % 2 else 300_000)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "SECONDS", 0.3)
    monkeypatch.setattr(workers, "WAITING", 4)


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("count", [1, 2, 5, 50])
def test_every_way_to_end_costs_one_result(count: int) -> None:
    found = dict(supervised([1] * 14, ends, count, Children()))
    lost = {index: result.reason for index, result in found.items() if isinstance(result, Lost)}
    assert lost == {
        2: "the parser died on this file",
        4: "the parser took too long",
        6: "the parser needed too much memory",
        7: "the parser died on this file",
        8: "the parser took too long",
        9: "the parser died on this file",
    }
    for index in {*range(14)} - {*lost}:
        assert found[index] == str(index).encode() * (1 if index % 2 else 300_000)
    assert children() == set()


def test_nothing_to_do_begins_nothing() -> None:
    assert list(supervised([], ends, 4, Children())) == []


def test_all_may_die() -> None:
    found = dict(supervised([1] * 20, os._exit, 3, Children()))
    assert len(found) == 20
    assert all(isinstance(result, Lost) for result in found.values())
    assert children() == set()


def test_who_stops_listening_leaves_no_child() -> None:
    results: Iterator[tuple[int, bytes | Lost]] = supervised([1] * 10, lambda index: b"", 3, Children())
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert children() == set()


def test_stopped_children_end_and_none_begin() -> None:
    known = Children()
    results = supervised([1] * 10, lambda index: b"" if index < 2 else time.sleep(1_000) or b"", 2, known)
    next(results)
    known.stop()
    list(results)
    assert children() == set()
    assert list(supervised([1] * 10, lambda index: b"", 2, known)) == []


def children() -> set[int]:
    """Return the children of this process that are there, dead ones that nobody waited for among them."""
    command = ["ps", "-o", "pid=,args=", "--ppid", str(os.getpid())]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    return {int(line.split()[0]) for line in found.stdout.splitlines() if " ps " not in f" {line} "}
