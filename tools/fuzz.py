"""Feeds hostile inputs to the readers, to the whole linter and to its command line, and says what did not hold.

    python -m tools.fuzz --inputs 100000 --seed 7

What must hold of every input: it is read within ten seconds of CPU (deployment and configuration within one) and
without a crash; the answer is facts or one reason with a place inside the file; facts survive being stored. And of
every project: the run ends with an exit code of its own, and the file beside the hostile ones has its finding.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fastapi_lint.config.target import read_target
from fastapi_lint.engine import workers
from fastapi_lint.engine.deep import deeply
from fastapi_lint.engine.files import extracted
from fastapi_lint.engine.run import Request, run
from fastapi_lint.engine.workers import Children, Lost, supervised
from fastapi_lint.facts.codec import decode, encode
from fastapi_lint.facts.deployment.read import read_deployments
from fastapi_lint.source.ignoring import IgnoreRules
from tools.fuzz_inputs import PYTHON, Input, made

if TYPE_CHECKING:
    from collections.abc import Iterator

_BESIDE: Final = "from fastapi import FastAPI\napp = FastAPI()\n@app.on_event('startup')\nasync def begin(): ...\n"
_STARTED: Final = (
    b"FROM x\nWORKDIR /code\nCOPY . .\nCMD sh start.sh && sh run.sh && gunicorn -c gunicorn.conf.py app:app\n"
)
_VERSION: Final = "fastapi=0.115"
"""What the hostile files say of versions must not decide about the finding beside them."""
_IN_PROJECT: Final = 12
_SLOW: Final = 1.0
WAITING: Final = 360
"""How many times longer than ten seconds an input may wait for the machine: what counts is the CPU that it took."""


_TOO_LONG: Final = "took too long"
_PATIENT: Final = f"""
import sys
from fastapi_lint.__main__ import main
from fastapi_lint.engine import workers
workers.WAITING = {WAITING}
sys.exit(main(sys.argv[1:]))
"""


@dataclass(slots=True)
class Tally:
    """What was tried, and what went wrong."""

    tried: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")


def complaint(one: Input) -> str:
    """Return what does not hold of one input, empty where all holds; takes as long as the reader does."""
    if one.name == PYTHON:
        return _about_python(one.data)
    files = {"Dockerfile.start": _STARTED, "app.py": b"app = 1\n", one.name: one.data}
    read = read_deployments(list(files), files.__getitem__)
    for location in (*(found.location for found in read.deployments), *(found.location for found in read.problems)):
        if not 0 <= location.span.start <= location.span.end <= len(files[location.path]):
            return f"a place outside of the file: {location}"
    near = one.name.rpartition("/")[0]
    read_target(list(files), files.__getitem__, f"{near}/_" if near else "_", {}, {})
    if one.name == ".gitignore":
        IgnoreRules(one.data.decode("latin-1").splitlines()).ignores(
            "a/b/aaaaaaaaaaaaaaaaaaaaaaaaaaa.py", "x", is_dir=False
        )
    return ""


def _about_python(data: bytes) -> str:
    found = extracted(data)
    if found.facts is None:
        if not found.message:
            return "neither facts nor a reason"
        return "" if 0 <= found.offset <= len(data) else f"a place outside of the file: {found.offset}"
    return "" if decode(encode(found.facts)) == found.facts else "facts that are not what was stored"


def answer(one: Input) -> bytes:
    """Return the complaint about one input and the time that it took, as bytes."""
    begun = time.process_time()
    try:
        text = complaint(one)
    except Exception as error:  # noqa: BLE001  # what the fuzzer looks for
        text = f"{type(error).__name__}: {error}"
    return json.dumps([text, time.process_time() - begun]).encode()


def fuzz(seed: int, first: int, count: int, jobs: int, tally: Tally) -> None:
    """Try the readers on so many inputs, on a stack like that of a run."""
    deeply(lambda: _fuzz(seed, first, count, jobs, tally))


def _fuzz(seed: int, first: int, count: int, jobs: int, tally: Tally) -> None:
    def work(index: int) -> bytes:
        return answer(made(seed, first + index))

    for index, result in supervised([0] * count, work, jobs, Children(), WAITING):
        number = first + index
        text, taken = (result.reason, 0.0) if isinstance(result, Lost) else json.loads(result)
        tally.tried["inputs"] += 1
        if taken > tally.slowest[0]:
            tally.slowest = (taken, f"{number} ({made(seed, number).origin})")
        if taken > _SLOW and made(seed, number).name != PYTHON:
            tally.slow.append(f"seed {seed}, input {number} ({made(seed, number).origin}): took {taken:.1f} s")
        if text:
            tally.failures.append(f"seed {seed}, input {number} ({made(seed, number).origin}): {text}")


def fuzz_projects(seed: int, first: int, count: int, tally: Tally, *, is_whole: bool) -> None:
    """Try the linter on so many projects of hostile files; with `is_whole` as the user does, as a process."""
    for number in range(first, first + count):
        with tempfile.TemporaryDirectory() as name, _patience():
            folder = Path(name).resolve()
            inputs = _lay(folder, seed, number)
            text = _about_process(folder) if is_whole else _about_run(folder)
        tally.tried["command lines" if is_whole else "projects"] += 1
        tally.tried["inputs in projects"] += inputs
        if text:
            tally.failures.append(f"seed {seed}, project {number}: {text}")


@contextmanager
def _patience() -> Iterator[None]:
    """Let only CPU time count in the meantime."""
    before = workers.WAITING
    workers.WAITING = WAITING  # type: ignore[misc]
    try:
        yield
    finally:
        workers.WAITING = before  # type: ignore[misc]


def _lay(folder: Path, seed: int, number: int) -> int:
    (folder / "beside.py").write_text(_BESIDE, encoding="utf-8")
    for index in range(_IN_PROJECT):
        one = made(seed, number * _IN_PROJECT + index)
        if one.name in {"pyproject.toml", ".gitignore"}:
            continue
        path = folder / (f"input{index}.py" if one.name == PYTHON else one.name.rpartition("/")[2])
        path.write_bytes(one.data)
    return _IN_PROJECT


def _about_run(folder: Path) -> str:
    report = run(Request(paths=(".",), directory=folder, isolated=True, target_version=(_VERSION,)))
    if report.failures:
        return f"rule {report.failures[0].rule} crashed: {report.failures[0].message}"
    told = {item.place.filename: item.message for item in report.diagnostics if item.code == "FL000"}
    hanging = [name for name, message in told.items() if _TOO_LONG in message]
    if hanging:
        return f"{hanging[0]} took more than {workers.SECONDS} s"
    seen = {*report.files, *told}
    missing = [path.name for path in folder.glob("*.py") if path.name not in seen]
    if missing:
        return f"{missing[0]} is neither checked nor told of"
    return _about_beside((item.code, item.place.filename) for item in report.diagnostics)


def _about_process(folder: Path) -> str:
    command = [sys.executable, "-c", _PATIENT, "check", "--isolated", "--no-cache", "--output-format", "json"]
    command += ["--target-version", _VERSION]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=3_600, preexec_fn=_limit_time
    )
    if done.returncode != 1 or "Traceback" in done.stderr:
        return f"exit code {done.returncode}: {done.stderr[-300:]}"
    if _TOO_LONG in done.stdout:
        return f"a file took more than {workers.SECONDS} s"
    return _about_beside((item["code"], item["filename"]) for item in json.loads(done.stdout))


def _limit_time() -> None:
    """Let the kernel end a process that takes longer than ten seconds of CPU for each of its files."""
    seconds = workers.SECONDS * (_IN_PROJECT + 1)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def _about_beside(found: Iterator[tuple[str, str]]) -> str:
    return "" if ("FL302", "beside.py") in found else "the finding in the file beside is lost"


def main() -> int:
    """Fuzz as the command line says and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=20_000, help="how many inputs the readers get")
    parser.add_argument("--projects", type=int, default=200, help="how many projects are checked in this process")
    parser.add_argument("--processes", type=int, default=20, help="how many projects the command line checks")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first input")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    tally = Tally()
    begun = time.monotonic()
    step = 5_000
    for first in range(given.first, given.first + given.inputs, step):
        fuzz(given.seed, first, min(step, given.first + given.inputs - first), given.jobs, tally)
        print(f"{tally.tried['inputs']} inputs, {len(tally.failures)} failures, slowest {tally.slowest}", flush=True)
    fuzz_projects(given.seed, given.first, given.projects, tally, is_whole=False)
    fuzz_projects(given.seed, given.first + given.projects, given.processes, tally, is_whole=True)
    print("\n".join([*tally.failures[:50], *tally.slow[:50]]))
    took = time.monotonic() - begun
    amiss = f"{len(tally.failures)} failures, {len(tally.slow)} slow"
    print(f"seed {given.seed}: {dict(tally.tried)} in {took:.0f} s, {amiss}")
    return int(bool(tally.failures or tally.slow))


if __name__ == "__main__":
    sys.exit(main())
