"""A new rule started with the scaffold is whole: importable, in the catalogue, clean, documented."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.generate_docs import stale

ROOT = Path(__file__).parent.parent
COPIED = (
    "fastapi_lint",
    "tools",
    "docs/rules",
    "tests/fixtures",
    "CHANGELOG.md",
    "README.md",
    "pyproject.toml",
    "examples",
)
ASKED = {"name": "some-new-rule", "layer": "concurrency", "code": "FL899"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in COPIED:
        source, copy = ROOT / name, tmp_path / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            shutil.copy(source, copy)
    return tmp_path


def run(project: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command], check=False, capture_output=True, text=True, cwd=project, stdin=subprocess.DEVNULL
    )


def scaffold(project: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    values = {**ASKED, **changes}
    return run(project, "-m", "tools.scaffold", *(f"--{name}={value}" for name, value in values.items()))


def contents(project: Path) -> dict[Path, bytes]:
    found = (path for path in project.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {path.relative_to(project): path.read_bytes() for path in found}


def test_a_new_rule_is_whole(project: Path) -> None:
    before = contents(project)
    done = scaffold(project)
    assert done.returncode == 0, done.stderr
    after = contents(project)
    rule = Path("fastapi_lint/rules/concurrency/some_new_rule.py")
    fixtures = Path("tests/fixtures/concurrency/some_new_rule")
    assert {rule, fixtures / "bad.py", fixtures / "good.py", Path("docs/rules/some-new-rule.md")} <= after.keys()
    assert before.keys() <= after.keys()
    assert "expect: FL899" in (project / fixtures / "bad.py").read_text()
    assert "FL899 some-new-rule\n" in (project / "docs/rules/codes.txt").read_text()
    assert "- `some-new-rule` (FL899): Some new rule\n" in (project / "CHANGELOG.md").read_text()

    code = (
        "from fastapi_lint.rules.catalogue import find_rule; rule = find_rule('FL899');"
        "print(rule.name, rule.layer, rule.summary, rule.over.__name__)"
    )
    found = run(project, "-c", code)
    assert found.stdout == "some-new-rule concurrency Some new rule App\n", found.stderr
    assert run(project, "-m", "tools.generate_docs", "--check").returncode == 0

    for command in (["format", "--check"], ["check", "--no-cache"]):
        linted = run(project, "-m", "ruff", *command, str(rule), str(rule.parent / "__init__.py"))
        assert linted.returncode == 0, linted.stdout


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "SomeRule"}, "`SomeRule` is no name"),
        ({"name": ""}, "`` is no name"),
        ({"name": "../outside"}, "`../outside` is no name"),
        ({"layer": "nowhere"}, "`nowhere` is no layer: choose one of server, asgi"),
        ({"code": "FL301"}, "`FL301` is no code of concurrency: its codes are FL800 to FL899"),
        ({"code": "FL8001"}, "`FL8001` is no code"),
        ({"over": "int; import os"}, "is no entity"),
        ({"name": "unused-suppression"}, "there is a rule `unused-suppression` already"),
        ({"layer": "lifespan", "code": "FL301"}, "FL301 is taken by `engine-outside-lifespan`"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_and_nothing_is_written(
    project: Path, changes: dict[str, str], message: str
) -> None:
    before = contents(project)
    done = scaffold(project, **changes)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert contents(project) == before


def test_a_rule_is_started_once(project: Path) -> None:
    assert scaffold(project).returncode == 0
    before = contents(project)
    assert "FL899 is taken by `some-new-rule`" in scaffold(project).stderr
    assert "there is a rule `some-new-rule` already" in scaffold(project, code="FL898").stderr
    assert contents(project) == before


def test_a_stale_page_is_noticed(project: Path) -> None:
    assert stale(project) == []
    (project / "docs/rules/unused-suppression.md").write_text("changed", encoding="utf-8")
    (project / "docs/rules/no-such-rule.md").write_text("left over", encoding="utf-8")
    (project / "docs/rules/index.md").unlink()
    names = ["index.md", "no-such-rule.md", "unused-suppression.md"]
    assert stale(project) == [Path("docs/rules", name) for name in names]
    assert run(project, "-m", "tools.generate_docs", "--check").returncode == 1
