"""The cache: the same answer with and without it, whatever happened to it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fastapi_lint.engine.answers import default_folder
from fastapi_lint.engine.cache import Entry, FactsCache, clean

if TYPE_CHECKING:
    from pathlib import Path

MAIN = """from fastapi import FastAPI
from app.events import connect

app = FastAPI()
app.on_event("startup")(connect)
"""
EVENTS = "async def connect() -> None: ...\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "app").mkdir(parents=True)
    (root / "app" / "__init__.py").write_text("")
    (root / "app" / "main.py").write_text(MAIN)
    (root / "app" / "events.py").write_text(EVENTS)
    return root


def check(project: Path, *options: str, python: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *python, "-m", "fastapi_lint", "check", ".", "--output-format", "json", *options]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False, timeout=120)


def findings(done: subprocess.CompletedProcess[str]) -> list[tuple[str, int]]:
    assert done.returncode == 1, done.stderr
    return [(one["code"], one["location"]["row"]) for one in json.loads(done.stdout)]


def stores(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.facts"))


def test_a_second_run_says_the_same_without_the_parser(project: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = check(project, "--cache-dir", str(cache))
    assert findings(first) == [("FL302", 5)]
    assert len(stores(cache)) == 1
    second = check(project, "--cache-dir", str(cache), python=("-X", "importtime"))
    assert second.stdout == first.stdout
    assert "libcst" not in second.stderr
    assert "fastapi_lint.facts.model" in second.stderr


def test_a_store_serves_a_copy_of_the_project_elsewhere(project: Path, tmp_path: Path) -> None:
    """As where continuous integration restores a saved cache beside a fresh checkout: new paths, new time stamps."""
    cache = tmp_path / "cache"
    first = check(project, "--cache-dir", str(cache))
    shutil.copytree(cache, tmp_path / "restored")
    elsewhere = tmp_path / "elsewhere" / "again"
    shutil.copytree(project, elsewhere, copy_function=shutil.copyfile)
    second = check(elsewhere, "--cache-dir", str(tmp_path / "restored"), python=("-X", "importtime"))
    assert second.stdout == first.stdout
    assert "libcst" not in second.stderr
    assert "fastapi_lint.engine.run" in second.stderr


def test_a_changed_file_is_extracted_anew(project: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    check(project, "--cache-dir", str(cache))
    (project / "app" / "main.py").write_text("\n\n" + MAIN)
    assert findings(check(project, "--cache-dir", str(cache))) == [("FL302", 7)]


def test_no_cache_leaves_nothing_behind(project: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    check(project, "--cache-dir", str(cache), "--no-cache")
    assert not cache.exists()
    assert sorted(path.name for path in project.iterdir()) == ["app"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_costs_one_warning(project: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir(mode=0o555)
    done = check(project, "--cache-dir", str(cache))
    assert findings(done) == [("FL302", 5)]
    assert done.stderr.count("cache") == 1


def test_a_folder_that_is_a_file_costs_one_warning(project: Path, tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("mine")
    done = check(project, "--cache-dir", str(blocker / "cache"))
    assert findings(done) == [("FL302", 5)]
    assert done.stderr.count("the cache cannot be written") == 1
    assert blocker.read_text() == "mine"


def test_eight_runs_at_once_agree(project: Path, tmp_path: Path) -> None:
    cache = str(tmp_path / "cache")
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda _: check(project, "--cache-dir", cache), range(8)))
    assert {one.stdout for one in done} == {done[0].stdout}
    assert findings(done[0]) == [("FL302", 5)]
    assert findings(check(project, "--cache-dir", cache)) == [("FL302", 5)]


def test_clean_removes_stores_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    cache = FactsCache(folder, tmp_path)
    cache.put(b"x", Entry("utf-8", b"facts"))
    cache.save()
    (folder / "mine.txt").write_text("mine")
    command = [sys.executable, "-m", "fastapi_lint", "clean", "--cache-dir", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert "Removed 1 store" in done.stdout + done.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["CACHEDIR.TAG", "mine.txt"]
    assert clean(folder) == 0
    assert clean(tmp_path / "nowhere") == 0


def saved(folder: Path) -> Path:
    cache = FactsCache(folder, folder)
    for number in range(5):
        cache.put(str(number).encode(), Entry("utf-8", bytes([number]) * 10))
    cache.save()
    (store,) = stores(folder)
    return store


def test_what_is_kept_is_found_again(tmp_path: Path) -> None:
    saved(tmp_path)
    cache = FactsCache(tmp_path, tmp_path)
    assert cache.get(b"3") == Entry("utf-8", bytes([3]) * 10)
    assert cache.get(b"7") is None


def test_what_a_run_did_not_see_is_dropped(tmp_path: Path) -> None:
    saved(tmp_path)
    cache = FactsCache(tmp_path, tmp_path)
    cache.get(b"3")
    cache.save()
    later = FactsCache(tmp_path, tmp_path)
    assert later.get(b"3") is not None
    assert later.get(b"2") is None


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 10_000), bit=st.integers(0, 7), cut=st.booleans())
def test_a_damaged_store_is_no_store(tmp_path: Path, at: int, bit: int, cut: bool) -> None:
    store = saved(tmp_path)
    data = bytearray(store.read_bytes())
    at %= len(data)
    if cut:
        del data[at:]
    else:
        data[at] ^= 1 << bit
    store.write_bytes(bytes(data))
    cache = FactsCache(tmp_path, tmp_path)
    assert all(cache.get(str(number).encode()) is None for number in range(5))
    store.unlink()


def test_the_folder_follows_the_platform() -> None:
    assert default_folder({"FASTAPI_LINT_CACHE_DIR": "/x"}) == "/x"
    assert default_folder({}) is None
    if sys.platform == "linux":
        assert default_folder({"HOME": "/home/ada"}) == "/home/ada/.cache/fastapi-lint"
        assert default_folder({"HOME": "/home/ada", "XDG_CACHE_HOME": "/c"}) == "/c/fastapi-lint"
        assert default_folder({"XDG_CACHE_HOME": "relative"}) is None
