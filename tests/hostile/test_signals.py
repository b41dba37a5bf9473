"""Ctrl-C and SIGTERM end a run in the midst of parsing: the code says so, no child is left, the terminal is clean."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if sys.platform != "linux":
    pytest.skip("reads /proc", allow_module_level=True)

import fcntl
import pty
import termios

from fastapi_lint.cli.entry import main

if TYPE_CHECKING:
    from collections.abc import Iterator


UNGUARDED = Path(__file__).with_name("unguarded.py")
HANGS = "# " + "-" * 500 + "\nmatch x:\n case " + "(" * 40 + "a" + ")" * 40 + ": pass\n"
STARTUP = "from fastapi import FastAPI\napp = FastAPI()\n@app.on_event('startup')\nasync def begin(): ...\n"
SIGNALS = [(signal.SIGINT, 130), (signal.SIGTERM, 143)]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for number in range(3):
        (tmp_path / f"hangs{number}.py").write_text("import fastapi\n" + HANGS)
    return tmp_path


def begun(project: Path, *options: str, **streams: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, str(UNGUARDED), "check", "--no-cache", *options],
        cwd=project,
        env={**os.environ, "SECONDS": "600"},
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams},
    )


def children_of(pid: int) -> set[int]:
    found: set[int] = set()
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found.update(map(int, file.read_text().split()))
    return found


def seconds_of(pid: int) -> float:
    """Return the CPU time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def is_alive(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def waited(condition: object, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.02)


def working_children(process: subprocess.Popen[bytes], count: int) -> set[int]:
    """Wait until so many children are deep in the parser, and return them."""
    waited(lambda: len(found := children_of(process.pid)) >= count and all(seconds_of(pid) > 0.3 for pid in found))
    return children_of(process.pid)


@pytest.mark.parametrize(("number", "code"), SIGNALS)
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_run_with_children_ends(project: Path, number: signal.Signals, code: int, jobs: int) -> None:
    with begun(project, f"-j{jobs}") as process:
        found = working_children(process, jobs)
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
    assert process.returncode == code
    assert (out, err.strip()) == (b"", b"")
    waited(lambda: not any(map(is_alive, found)), 5)


def test_an_interrupt_in_compiled_text_is_no_other() -> None:
    code = "import sys; from fastapi_lint.cli.entry import guarded; sys.exit(guarded(lambda: exec('raise KeyboardInterrupt'), ()))"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 130


LOSING = """
import sys, time, weakref
from fastapi_lint.cli import entry
class Thing: pass
def lose(_):
    print("here", flush=True)
    time.sleep(60)
def work(**_):
    thing = Thing()
    kept = weakref.ref(thing, lose)
    del thing
    {then}
entry.cli.main = work
sys.exit(entry.main(["check"]))
"""
"""An interrupt that comes in the callback of a weak reference, as imports have them, is lost."""


@pytest.mark.parametrize(("number", "code"), SIGNALS)
@pytest.mark.parametrize("then", ["time.sleep(60)", "while True: lose(0) if False else None"])
def test_a_signal_that_python_loses_comes_again(number: signal.Signals, code: int, then: str) -> None:
    command = [sys.executable, "-c", LOSING.format(then=then)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(number)
        assert process.wait(30) == code


@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_a_program_that_does_not_end_is_left(number: signal.Signals, code: int) -> None:
    then = "\n    ".join(
        [
            "while True:",
            "    try:",
            "        time.sleep(60)",
            "    except BaseException:",
            "        print(1, flush=True)",
        ]
    )
    command = [sys.executable, "-c", LOSING.format(then=then)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(number)
        assert process.wait(30) == code


@pytest.mark.parametrize("arguments", [["--version"], ["check", "nowhere"]])
def test_a_host_keeps_its_handlers(arguments: list[str]) -> None:
    mine = [signal.signal(number, lambda *_: None) for number in (signal.SIGTERM, signal.SIGINT)]
    try:
        before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
        main(arguments)
        assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)] == before
    finally:
        for number, handler in zip((signal.SIGTERM, signal.SIGINT), mine, strict=True):
            signal.signal(number, handler)


def test_children_do_not_outlive_a_run_that_was_killed(project: Path) -> None:
    with begun(project, "-j2") as process:
        found = working_children(process, 2)
        process.kill()
        process.communicate(timeout=20)
    assert process.returncode == -signal.SIGKILL
    try:
        waited(lambda: not any(map(is_alive, found)), 5)
    finally:
        for pid in found:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    ours, theirs = pty.openpty()
    yield ours, theirs
    os.close(ours)
    os.close(theirs)


def test_the_terminal_is_left_as_it_was(project: Path, terminal: tuple[int, int]) -> None:
    ours, theirs = terminal
    before = termios.tcgetattr(theirs)
    with begun(
        project, "-j2", stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, preexec_fn=adopt
    ) as process:
        working_children(process, 2)
        os.write(ours, b"\x03")  # what the terminal makes of Ctrl-C
        assert process.wait(20) == 130
    assert termios.tcgetattr(theirs) == before
    os.set_blocking(ours, False)
    shown = b""
    with suppress(OSError):
        shown = os.read(ours, 1 << 16)
    last = shown.replace(b"^C", b"").rstrip(b"\r\n").rpartition(b"\r")
    assert b"Traceback" not in shown
    assert last[2].strip() == b""
    assert b"\x1b" not in shown


def adopt() -> None:
    """Make the standard input the terminal of the session, so that Ctrl-C is for it."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@pytest.mark.parametrize("output_format", ["text", "json", "sarif", "concise"])
def test_a_reader_that_goes_away_is_no_error(tmp_path: Path, output_format: str) -> None:
    for number in range(40):
        (tmp_path / f"app{number}.py").write_text(STARTUP * 20)
    with begun(tmp_path, "--output-format", output_format) as process:
        assert process.stdout is not None
        assert process.stdout.read(1)
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert process.returncode == 1
