"""The program as a process: what it loads, what it refuses to load, signals and broken streams."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

posix = pytest.mark.skipif(os.name != "posix", reason="signals and devices of POSIX")
READERS = {"libcst", "ruamel", "tree_sitter", "tree_sitter_bash", "tree_sitter_dockerfile", "pathspec"}

_LIST = """
import sys
before = set(sys.modules)
from fastapi_lint.__main__ import main
arguments = sys.argv[1:]
if arguments:
    main(arguments)
loaded = {name.partition(".")[0] for name in set(sys.modules) - before}
print(*sorted(loaded - set(sys.stdlib_module_names)), file=sys.stderr)
"""
_SLEEP = """
import sys, time
from fastapi_lint.__main__ import main
from fastapi_lint.engine import run
def explore(request, work):
    print("ready", flush=True)
    time.sleep(60)
run.explore = explore
sys.exit(main(["check"]))
"""


def loaded(*arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", _LIST, *arguments], capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stderr.split())


def test_starting_loads_nothing_of_others() -> None:
    assert loaded() == {"fastapi_lint"}


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["check", "--help"], ["rules", "--help"]])
def test_version_and_help_load_only_click(arguments: list[str]) -> None:
    assert loaded(*arguments) == {"click", "fastapi_lint"}


@pytest.mark.parametrize("arguments", [["rules"], ["rules", "--output-format", "json"], ["explain", "FL000"]])
def test_the_catalogue_loads_no_reader(arguments: list[str]) -> None:
    assert not loaded(*arguments) & READERS


def test_modules_of_the_checked_project_are_not_run(tmp_path: Path) -> None:
    for name in ("click", "libcst", "msgspec", "difflib", "json", "pathspec"):
        (tmp_path / f"{name}.py").write_text("open('pwned', 'w').close()\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "fastapi_lint", "explain", "unredable"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "did you mean `unreadable-file`?" in done.stderr
    assert done.returncode == 2
    assert not (tmp_path / "pwned").exists()


@posix
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals(number: signal.Signals, code: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _SLEEP], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        _, err = process.communicate(timeout=30)
    assert process.returncode == code
    assert err.strip() == ""


@posix
@pytest.mark.parametrize("arguments", [["rules"], ["rules", "--output-format", "json"], ["explain", "FL000"]])
def test_a_reader_that_went_away_is_no_error(arguments: list[str]) -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "fastapi_lint", *arguments],
            stdout=write_end,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
    finally:
        os.close(write_end)
    assert done.stderr == ""
    assert done.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device that is always full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unbuffered: str) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    monkeypatch.setenv("FASTAPI_LINT_CACHE_DIR", str(tmp_path))
    full_disk()
    subprocess.run([sys.executable, "-m", "fastapi_lint", "rules"], capture_output=True, check=True, timeout=60)
    full_disk()


def full_disk() -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "fastapi_lint", "rules"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.stderr == "error: cannot write the output: No space left on device\n"
    assert done.returncode == 2


@posix
def test_closed_streams_are_no_crash() -> None:
    done = subprocess.run(
        ["sh", "-c", '"$0" -m fastapi_lint rules >&- 2>&-', sys.executable],
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0
    assert done.stderr == b""
