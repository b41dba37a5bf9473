"""The pre-commit hook works from a clean clone, and looks at the files that can change what is found."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HOOKS = ROOT / ".pre-commit-hooks.yaml"

BAD = """
from fastapi import Depends, FastAPI

app = FastAPI()


@app.on_event("startup")
async def start() -> None: ...
"""
GOOD = """
from fastapi import FastAPI

app = FastAPI()
"""


def git(folder: Path, *arguments: str) -> None:
    names = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *names, *arguments], check=True, cwd=folder, capture_output=True, env=environment())


def environment(**extra: str) -> dict[str, str]:
    """The caller's environment without what git sets inside a hook, which would point at another repository."""
    return {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | extra


def files_expression() -> re.Pattern[str]:
    text = HOOKS.read_text(encoding="utf-8")
    block = text.partition("files: |\n")[2]
    return re.compile("\n".join(line.strip() for line in block.splitlines()))


@pytest.mark.parametrize(
    "path",
    [
        "app/main.py",
        "app/main.pyi",
        "pyproject.toml",
        "uv.lock",
        "sub/poetry.lock",
        "Pipfile",
        "Dockerfile",
        "docker/api.Dockerfile",
        "Dockerfile.prod",
        "Containerfile",
        "compose.yml",
        "deploy/k8s.yaml",
        "Procfile",
        "Procfile.dev",
        "start.sh",
        "requirements.txt",
        "requirements-dev.txt",
        "requirements/base.in",
        "supervisord.conf",
        "deploy/app.service",
        "setup.cfg",
        "tox.ini",
        ".env",
        ".env.production",
    ],
)
def test_the_hook_looks_at_what_can_change_a_finding(path: str) -> None:
    assert files_expression().search(path)


@pytest.mark.parametrize(
    "path", ["README.md", "docs/notes.txt", "static/app.js", "logo.png", "Procfiles/x", "environment"]
)
def test_the_hook_leaves_other_files_alone(path: str) -> None:
    assert not files_expression().search(path)


@pytest.fixture(scope="module")
def hook_repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a user's pre-commit clones: the files that git knows, as they are now, in one commit."""
    folder = tmp_path_factory.mktemp("hooks") / "fastapi-lint"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=environment(),
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "hooks")
    return folder


def test_the_hook_fails_on_a_finding_and_passes_without_one(hook_repository: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    git(project, "init", "--quiet")

    def try_hook() -> subprocess.CompletedProcess[str]:
        git(project, "add", "--all")
        command = ["try-repo", str(hook_repository), "fastapi-lint", "--all-files", "--verbose"]
        return subprocess.run(
            [sys.executable, "-m", "pre_commit", *command],
            check=False,
            cwd=project,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            env=environment(PRE_COMMIT_HOME=str(tmp_path.parent / "pre-commit"), NO_COLOR="1"),
        )

    (project / "main.py").write_text(BAD, encoding="utf-8")
    (project / "Dockerfile").write_text("CMD uvicorn main:app\n", encoding="utf-8")
    failed = try_hook()
    assert failed.returncode == 1, failed.stdout + failed.stderr
    assert "FL302" in failed.stdout
    assert "main.py" in failed.stdout
    assert failed.stdout.count("fastapi-lint...") == 1

    (project / "main.py").write_text(GOOD, encoding="utf-8")
    passed = try_hook()
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert "Passed" in passed.stdout
