"""A run that goes by the verdict of an earlier one says what a run without any cache says, whatever was edited."""

from __future__ import annotations

import random
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fastapi_lint.core.errors import ConfigError
from fastapi_lint.engine import run as engine
from fastapi_lint.engine.cache import clean
from fastapi_lint.engine.run import Request, run
from tests.engine.test_session import PROJECTS, Editing

if TYPE_CHECKING:
    from fastapi_lint.core.finding import Report

MAIN = """from fastapi import FastAPI
from app.work import slow

app = FastAPI()

@app.get("/")
async def read() -> None:
    slow()
"""
WORK = """import time

def slow() -> None:
    time.sleep(1)

def unused() -> int:
    number = 1
{lines}    return number
""".replace("{lines}", "    number += len(str(number))\n" * 20)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "app").mkdir(parents=True)
    (root / "tests").mkdir()
    for path, text in (
        ("pyproject.toml", '[project]\nname = "project"\ndependencies = ["fastapi==0.115.0"]\n'),
        ("app/__init__.py", ""),
        ("app/main.py", MAIN),
        ("app/work.py", WORK),
        ("tests/test_work.py", "def test_nothing() -> None: ...\n"),
    ):
        (root / path).write_text(text)
    return root


@pytest.fixture
def links(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every link that is made."""
    made: list[object] = []
    link = engine.link

    def noting(given: object) -> object:
        made.append(given)
        return link(given)

    monkeypatch.setattr(engine, "link", noting)
    return made


def request_of(root: Path, cache: Path | None) -> Request:
    return Request(paths=(".",), directory=root, cache=cache, jobs=1, show_possible=True)


def agreed(root: Path, cache: Path) -> Report:
    """What a run says with the cache, which is what one says without."""
    report = run(request_of(root, cache))
    assert report == run(request_of(root, None))
    return report


def linked(root: Path, cache: Path, links: list[object]) -> bool:
    """Whether a run with the cache linked the project; its report is that of a fresh run."""
    before = len(links)
    report = run(request_of(root, cache))
    made = len(links) - before
    assert report == run(request_of(root, None))
    return made > 0


EDITS = (
    ("app/work.py", "import time\n", "# a comment\nimport time\n", False),
    ("app/work.py", "    time.sleep(1)\n", "\n    time.sleep(1)  # waits\n", False),
    ("app/work.py", "    number = 1\n", "    number = 2\n    number += 1\n", False),
    ("tests/test_work.py", "def test", "import os\n\ndef test", False),
    ("app/main.py", "    slow()\n", "    slow()  # and wait\n", False),
    ("app/work.py", "    time.sleep(1)\n", "    return None\n", True),
    ("app/work.py", "    time.sleep(1)\n", "    time.sleep(2)\n", True),
    ("app/work.py", "    number = 1\n", "    number = time.time()\n", True),
    ("app/main.py", '"/"', '"/other"', True),
    ("tests/test_work.py", "def test", "from app.main import app\n\ndef test", False),
    ("pyproject.toml", "0.115.0", "0.110.0", True),
)


@pytest.mark.parametrize(("path", "before", "after", "expected"), EDITS)
def test_only_what_says_something_new_is_linked(
    project: Path, tmp_path: Path, links: list[object], path: str, before: str, after: str, *, expected: bool
) -> None:
    cache = tmp_path / "cache"
    assert linked(project, cache, links)
    assert not linked(project, cache, links)
    text = (project / path).read_text()
    (project / path).write_text(text.replace(before, after))
    assert linked(project, cache, links) is expected
    assert not linked(project, cache, links)
    (project / path).write_text(text)
    agreed(project, cache)


def test_a_file_more_or_less_is_linked(project: Path, tmp_path: Path, links: list[object]) -> None:
    cache = tmp_path / "cache"
    linked(project, cache, links)
    (project / "app" / "more.py").write_text("")
    assert linked(project, cache, links)
    (project / "app" / "more.py").unlink()
    assert linked(project, cache, links)


def test_a_text_that_cannot_be_parsed_is_told(project: Path, tmp_path: Path, links: list[object]) -> None:
    cache = tmp_path / "cache"
    linked(project, cache, links)
    (project / "tests" / "test_work.py").write_text("def (:\n")
    assert any(one.code == "FL000" for one in agreed(project, cache).diagnostics)
    (project / "app" / "work.py").write_text("def (:\n")
    assert sum(one.code == "FL000" for one in agreed(project, cache).diagnostics) == 2
    (project / "app" / "work.py").write_text(WORK)
    agreed(project, cache)


def test_other_questions_have_other_verdicts(project: Path, tmp_path: Path, links: list[object]) -> None:
    cache = tmp_path / "cache"
    linked(project, cache, links)
    for more in ({"select": ("FL302",)}, {"ignore": ("FL801",)}, {"target_version": ("fastapi=0.100",)}):
        request = replace(request_of(project, cache), **more)
        assert run(request) == run(replace(request, cache=None))
    assert not linked(project, cache, links)


def test_a_verdict_rests_on_the_bodies_that_were_read(project: Path, tmp_path: Path, links: list[object]) -> None:
    """A store of facts that others have written since does not say what was asked for this verdict."""
    cache = tmp_path / "cache"
    linked(project, cache, links)
    (verdict,) = cache.glob("*.verdict")
    kept = verdict.read_bytes()
    clean(cache)
    only = replace(request_of(project, cache), select=("FL302",))
    run(only)
    verdict.write_bytes(kept)
    (project / "app" / "work.py").write_text(WORK.replace("time.sleep(1)", "return None"))
    assert linked(project, cache, links)


@pytest.mark.parametrize("damage", [b"", b"nonsense", None])
def test_a_damaged_verdict_is_none(project: Path, tmp_path: Path, links: list[object], damage: bytes | None) -> None:
    cache = tmp_path / "cache"
    linked(project, cache, links)
    (verdict,) = cache.glob("*.verdict")
    verdict.write_bytes(verdict.read_bytes()[:-1] if damage is None else damage)
    assert linked(project, cache, links)
    assert not linked(project, cache, links)


def test_few_verdicts_are_kept_and_cleaned(project: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    for number in range(12):
        run(replace(request_of(project, cache), target_version=(f"fastapi=0.{100 + number}",)))
    assert len(list(cache.glob("*.verdict"))) == 8
    clean(cache)
    assert not list(cache.glob("*.verdict"))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32 - 1))
def test_after_any_edits_the_answer_is_that_of_a_fresh_run(seed: int) -> None:
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        root, cache = Path(folder).resolve() / "project", Path(folder) / "cache"
        shutil.copytree(chance.choice(PROJECTS), root)
        (root / "pyproject.toml").touch()
        editing = Editing(root, chance)
        for _ in range(chance.randrange(2, 9)):
            editing.edit()
            for path, text in editing.unsaved.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_bytes(text.encode())
            try:
                expected = run(request_of(root, None))
            except ConfigError as error:
                with pytest.raises(ConfigError, match=error.message):
                    run(request_of(root, cache))
                continue
            assert run(request_of(root, cache)) == expected
