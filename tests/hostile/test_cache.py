"""Whatever happens to a cache, and whoever made it: the answer is that of a run without one, with at most one warning."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastapi_lint import __version__
from fastapi_lint.cli.again import _LOOKS
from fastapi_lint.engine.answers import Answer, Evidence, question, recall, remember
from fastapi_lint.engine.cache import Entry, FactsCache
from fastapi_lint.engine.files import extracted
from fastapi_lint.engine.seal import is_believed, lies_in_project
from fastapi_lint.facts.codec import encode

if TYPE_CHECKING:
    from collections.abc import Iterator

if sys.platform != "linux":
    pytest.skip("needs limits, links and mounts of Linux", allow_module_level=True)

import resource

MAIN = "from fastapi import FastAPI\nfrom events import connect\napp = FastAPI()\napp.on_event('startup')(connect)\n"
Said = tuple[int, str, str]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / ".git").mkdir(parents=True)
    (root / "main.py").write_text(MAIN)
    (root / "events.py").write_text("async def connect() -> None: ...\n" + "# padding\n" * 200)
    for number in range(10):
        (root / f"other{number}.py").write_text(f"def f{number}():\n    return {number}\n" * 20)
    return root


def check(project: Path, *options: str, limit: int | None = None) -> Said:
    def limited() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    done = subprocess.run(
        [sys.executable, "-m", "fastapi_lint", "check", *options],
        cwd=project,
        env=dict(os.environ),  # readline adds to what is inherited what `os.environ` does not know of
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        preexec_fn=limited,
    )
    return done.returncode, done.stdout, done.stderr


def same(found: Said, plain: Said) -> bool:
    """Return whether two runs said the same, one of them perhaps with one warning about the cache beside it."""
    told = [line for line in found[2].splitlines() if line not in plain[2].splitlines()]
    return found[:2] == plain[:2] and len([line for line in told if line.startswith("warning")]) == len(told) <= 1


@pytest.fixture
def plain(project: Path) -> Said:
    found = check(project, "--no-cache")
    assert found[0] == 1
    assert "FL302" in found[1]
    return found


@pytest.mark.parametrize("limit", [0, 10, 100, 1_000])
def test_no_file_may_grow(project: Path, plain: Said, tmp_path: Path, limit: int) -> None:
    cache = tmp_path / "cache"
    for _ in range(2):
        assert same(check(project, "--cache-dir", str(cache), limit=limit), plain)
    assert list(cache.rglob("*.tmp")) == []
    assert same(check(project, "--cache-dir", str(cache)), plain)
    assert check(project, "--cache-dir", str(cache)) == plain


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A file system of one page, nearly full."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=8k", "none", str(folder)]
    if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("nothing may be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk(project: Path, plain: Said, tiny: Path) -> None:
    for filled in (0, 4_096, 8_192):
        shutil.rmtree(tiny / "cache", ignore_errors=True)
        with suppress(OSError):
            (tiny / "filler").write_bytes(bytes(filled))
        for _ in range(2):
            assert same(check(project, "--cache-dir", str(tiny / "cache")), plain)


@pytest.mark.parametrize("where", ["cache", "project/.cache"])
def test_flipped_bits_anywhere(project: Path, plain: Said, tmp_path: Path, where: str) -> None:
    cache = tmp_path / where
    chance = random.Random(where)
    for _ in range(3):
        assert check(project, "--cache-dir", str(cache)) == plain
        kept = [path for path in cache.iterdir() if path.is_file()]
        assert {path.suffix for path in kept} >= {".facts", ".answer"}
        for path in kept:
            data = bytearray(path.read_bytes())
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            path.write_bytes(bytes(data))
        assert same(check(project, "--cache-dir", str(cache)), plain)


@settings(max_examples=400, deadline=None)
@given(at=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_an_answer_with_a_flipped_bit_is_none(tmp_path_factory: pytest.TempPathFactory, at: int, bit: int) -> None:
    folder = tmp_path_factory.getbasetemp() / "answers"
    folder.mkdir(exist_ok=True)
    evidence = Evidence()
    evidence.files[__file__] = Path(__file__).read_bytes()
    evidence.names[str(folder / "nothing")] = False
    remember(str(folder), b"asked", Answer("said\n" * 9, "told", 1), evidence, 0)
    (store,) = folder.glob("*.answer")
    data = bytearray(store.read_bytes())
    data[at % len(data)] ^= 1 << bit
    store.write_bytes(bytes(data))
    assert recall(str(folder), b"asked") is None


@pytest.mark.parametrize("where", ["cache", "project/.cache"])
def test_eight_runs_at_once(project: Path, plain: Said, tmp_path: Path, where: str) -> None:
    for _ in range(2):
        with ThreadPoolExecutor(8) as pool:
            done = list(pool.map(lambda _: check(project, "--cache-dir", str(tmp_path / where)), range(8)))
        assert done == [plain] * 8


def forge(project: Path, cache: Path, *options: str) -> None:
    """Put a cache there as somebody would who knows everything about the machine: all is well, says each part of it."""
    cache.mkdir(parents=True, exist_ok=True)
    here = Path.cwd()
    os.chdir(project)
    try:
        looks = [f"{name}={os.environ[name]}" for name in _LOOKS if name in os.environ]
        asked = question(("check", *options, "", *looks, "no terminal", "no terminal"), __version__)
    finally:
        os.chdir(here)
    remember(str(cache), asked, Answer("All is well.\n", "", 0), Evidence(), 0)
    store = FactsCache(cache, project)
    harmless = extracted(b"x = 1\n").facts
    assert harmless is not None
    for path in project.glob("*.py"):
        store.put(path.read_bytes(), Entry("utf-8", encode(harmless)))
    store.save()
    remember(str(cache), asked, Answer("All is well.\n", "", 0), Evidence(), 0)


def test_who_owns_the_cache_is_believed(project: Path, tmp_path: Path) -> None:
    """That the forgery is one: where only the user writes, it would be believed."""
    options = ("--cache-dir", str(tmp_path / "cache"))
    forge(project, tmp_path / "cache", *options)
    assert check(project, *options) == (0, "All is well.\n", "")


@pytest.mark.parametrize("is_sealed", [False, True])
def test_a_cache_that_came_with_the_project_is_not(project: Path, plain: Said, tmp_path: Path, is_sealed: bool) -> None:
    options = ("--cache-dir", ".cache")
    forge(project, project / ".cache", *options)
    assert check(project, *options)[0] == 0
    if not is_sealed:
        (project / ".cache" / "SEAL").unlink()
    elsewhere = tmp_path / "attacker"
    project.rename(elsewhere)
    shutil.copytree(elsewhere, project, copy_function=shutil.copy2)  # as a checkout does
    for _ in range(3):
        assert check(project, *options) == plain
    assert is_believed(str(project / ".cache"))


def test_a_cache_in_the_project_serves_who_began_it(project: Path, plain: Said) -> None:
    for _ in range(2):
        assert check(project, "--cache-dir", ".cache") == plain
    command = [sys.executable, "-X", "importtime", "-m", "fastapi_lint", "check", "--cache-dir", ".cache"]
    done = subprocess.run(
        command, cwd=project, env=dict(os.environ), capture_output=True, text=True, check=False, timeout=300
    )
    assert done.stdout == plain[1]
    assert "fastapi_lint.engine.run" not in done.stderr


def test_nothing_is_written_through_links(project: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "victim").write_text("mine")
    cache = project / ".cache"
    check(project, "--cache-dir", ".cache")
    names = [path.name for path in cache.iterdir()]
    for target in ("victim", "new"):
        shutil.rmtree(cache)
        cache.mkdir()
        for name in names:
            (cache / name).symlink_to(outside / target)
        for _ in range(2):
            plain = check(project, "--no-cache")  # in which the links count
            assert same(check(project, "--cache-dir", ".cache"), plain)
    assert sorted(path.name for path in outside.iterdir()) == ["victim"]
    assert (outside / "victim").read_text() == "mine"


def test_pipes_in_a_cache_stop_nobody(project: Path) -> None:
    check(project, "--cache-dir", ".cache")
    cache = project / ".cache"
    names = [path.name for path in cache.iterdir()]
    shutil.rmtree(cache)
    cache.mkdir()
    for name in names:
        os.mkfifo(cache / name)
    plain = check(project, "--no-cache")
    assert same(check(project, "--cache-dir", ".cache"), plain)


def test_where_a_project_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p" / "sub").mkdir(parents=True)
    outside = tmp_path.parent / "cache"
    assert not lies_in_project(str(outside))
    assert lies_in_project("cache")
    monkeypatch.chdir(outside.parent.parent if outside.parent != outside else outside)
    monkeypatch.chdir("/proc")
    assert not lies_in_project(str(tmp_path / "p" / "sub"))
    (tmp_path / "p" / "pyproject.toml").touch()
    assert lies_in_project(str(tmp_path / "p" / "sub" / "cache"))
    (tmp_path / "link").symlink_to(tmp_path / "p")
    assert lies_in_project(str(tmp_path / "link" / "cache"))


def test_odd_files_change_nothing(project: Path, tmp_path: Path) -> None:
    (project / "Main.py").write_text(MAIN.replace("app", "App"))
    (project / "MAIN.py").write_text("x = 1\n")
    (project / os.fsdecode(b"\xff\xfe.py")).write_text(MAIN)
    (project / "pkg").mkdir()
    (project / "pkg" / "loop").symlink_to("..")
    (project / "pkg" / "self").symlink_to("self")
    (project / "pkg" / "linked.py").symlink_to("../main.py")
    plain = check(project, "--no-cache")
    assert plain[1].count("FL302") >= 3
    for where in ("cache", "project/.cache"):
        for _ in range(2):
            assert check(project, "--cache-dir", str(tmp_path / where)) == plain


def test_a_file_that_changes_during_runs_is_seen_as_it_is_at_last(project: Path, tmp_path: Path) -> None:
    options = ("--cache-dir", str(tmp_path / "cache"))
    other = MAIN.replace("startup", "shutdown")
    for number in range(3):
        running = subprocess.Popen(
            [sys.executable, "-m", "fastapi_lint", "check", *options],
            cwd=project,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while running.poll() is None:
            (project / "main.py").write_text(other)
            (project / "main.py").write_text(MAIN)
            (project / "events.py").unlink()
            (project / "events.py").write_text("async def connect() -> None: ...\n")
        (project / "main.py").write_text(other if number % 2 else MAIN)
        assert check(project, *options) == check(project, "--no-cache")
