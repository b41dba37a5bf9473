"""Rules in preview: off until they are asked for, and their pages say why."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
REASON = "Six of ten findings on real projects were right."
MAIN = """\
from fastapi import FastAPI

app = FastAPI()


@app.on_event("startup")
async def start() -> None: ...
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The linter with one of its rules in preview."""
    folder = tmp_path_factory.mktemp("package")
    shutil.copytree(ROOT / "fastapi_lint", folder / "fastapi_lint", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "tools", folder / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    rule = folder / "fastapi_lint/rules/lifespan/startup_event.py"
    text = rule.read_text(encoding="utf-8")
    assert text.count("    __name__,\n") == 1
    rule.write_text(text.replace("    __name__,\n", f"    __name__,\n    preview={REASON!r},\n"), encoding="utf-8")
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "main.py").write_text(MAIN)
    return tmp_path


def run(package: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "fastapi_lint", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(package), "FASTAPI_LINT_CACHE_DIR": str(package / "cache")},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )


def codes(package: Path, folder: Path, *arguments: str) -> list[str]:
    done = run(package, folder, "check", "--output-format", "json", *arguments)
    found = [one["code"] for one in json.loads(done.stdout)]
    assert done.returncode == int(bool(found)), done.stderr
    return found


@pytest.mark.parametrize(
    ("arguments", "is_run"),
    [
        ([], False),
        (["--preview"], True),
        (["--select", "FL3"], False),
        (["--select", "ALL"], False),
        (["--select", "ALL", "--preview"], True),
        (["--select", "FL302"], True),
        (["--select", "startup-event"], True),
        (["--extend-select", "fl302"], True),
        (["--preview", "--ignore", "FL302"], False),
        (["--preview", "--select", "FL4"], False),
    ],
)
def test_the_command_line(package: Path, project: Path, arguments: list[str], is_run: bool) -> None:
    assert codes(package, project, *arguments) == (["FL302"] if is_run else [])


@pytest.mark.parametrize(
    ("settings", "is_run"),
    [
        ("preview = true\n", True),
        ("preview = false\n", False),
        ('extend-select = ["FL3"]\n', False),
        ('extend-select = ["startup-event"]\n', True),
        ('preview = true\nper-file-ignores = { "main.py" = ["FL302"] }\n', False),
    ],
)
def test_the_settings(package: Path, project: Path, settings: str, is_run: bool) -> None:
    (project / "fastapi-lint.toml").write_text(settings)
    assert codes(package, project) == (["FL302"] if is_run else [])
    shown = run(package, project, "check", "--show-settings").stdout
    assert ("FL302" in shown.partition("rules that run:")[2]) == (is_run or "per-file" in settings)


def test_a_suppression_is_unused_only_where_the_rule_runs(package: Path, project: Path) -> None:
    (project / "main.py").write_text(MAIN.replace('("startup")', '("startup")  # fastapi-lint: ignore[FL302]'))
    assert codes(package, project) == codes(package, project, "--preview") == []
    (project / "main.py").write_text("from fastapi import FastAPI\n\napp = FastAPI()  # fastapi-lint: ignore[FL302]\n")
    assert codes(package, project) == []
    assert codes(package, project, "--preview") == ["FL001"]


def test_a_baseline_keeps_what_was_not_looked_for(package: Path, project: Path) -> None:
    assert run(package, project, "baseline").stderr == "Wrote 0 findings to the baseline.\n"
    assert codes(package, project, "--preview") == ["FL302"]
    assert run(package, project, "baseline", "--preview").stderr == "Wrote 1 finding to the baseline.\n"
    assert codes(package, project) == []
    assert codes(package, project, "--preview") == []
    (project / "main.py").write_text("from fastapi import FastAPI\n\napp = FastAPI()\n")
    assert run(package, project, "check", "--preview").stderr.endswith("The baseline is shorter by 1.\n")


def test_what_is_said_of_it(package: Path, project: Path) -> None:
    listed = run(package, project, "rules").stdout
    assert [line.split()[0] for line in listed.splitlines() if "(in preview)" in line] == ["FL302"]
    entries = json.loads(run(package, project, "rules", "--output-format", "json").stdout)
    assert {one["code"]: one["preview"] for one in entries if one["preview"]} == {"FL302": REASON}
    assert [one["default"] for one in entries if one["code"] == "FL302"] == [False]
    page = run(package, project, "explain", "FL302").stdout
    assert "in preview" in page.splitlines()[1]
    assert page.endswith(f"## Preview\n\n{REASON}\n")


def test_the_page_says_why(package: Path) -> None:
    code = "from tools.generate_docs import _page; from fastapi_lint.rules.catalogue import find_rule as f;"
    code += "print(_page(f('FL302')))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=package,
        env={**os.environ, "PYTHONPATH": str(package)},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert "| FL302 | warning | with `--preview` |" in done.stdout
    assert f"## Preview\n\n{REASON}\n" in done.stdout
