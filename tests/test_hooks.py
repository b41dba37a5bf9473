"""The pre-commit hook works from a clean clone, and looks at the files that can change what is found."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
HOOKS = ROOT / ".pre-commit-hooks.yaml"
PAGE = ROOT / "docs/pre-commit.md"
SCRIPTS = Path(sys.executable).parent

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


def yaml_blocks(page: Path) -> list[str]:
    return re.findall(r"^```yaml\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def files_expression() -> re.Pattern[str]:
    text = HOOKS.read_text(encoding="utf-8")
    hooks = yaml.safe_load(text)
    assert [hook["id"] for hook in hooks] == ["fastapi-lint", "fastapi-lint-fix"]
    assert hooks[0]["files"] == hooks[1]["files"]
    return re.compile(hooks[0]["files"])


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


@dataclass(frozen=True)
class User:
    """Somebody's project with the hooks installed from a clean clone."""

    root: Path
    home: Path
    hooks: Path

    def write(self, name: str, text: str) -> None:
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text, encoding="utf-8")

    def pre_commit(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run([sys.executable, "-m", "pre_commit", *arguments])

    def commit(self, message: str = "change") -> subprocess.CompletedProcess[str]:
        git(self.root, "add", "--all")
        names = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
        return self.run(["git", *names, "commit", "--message", message])

    def run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            check=False,
            cwd=self.root,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            env=environment(
                PRE_COMMIT_HOME=str(self.home),
                PREK_HOME=str(self.home / "prek"),
                XDG_CACHE_HOME=str(self.home / "cache"),
                PATH=f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}",
                NO_COLOR="1",
            ),
        )

    def configure(self, *hooks: str) -> None:
        revision = subprocess.run(
            ["git", "rev-parse", "HEAD"], check=True, cwd=self.hooks, capture_output=True, text=True, env=environment()
        ).stdout.strip()
        listed = "".join(f"      - {hook}\n" for hook in hooks)
        self.write(
            ".pre-commit-config.yaml", f"repos:\n  - repo: {self.hooks}\n    rev: {revision}\n    hooks:\n{listed}"
        )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit keeps the environments of hooks: made once for all of these tests."""
    return tmp_path_factory.mktemp("pre-commit")


@pytest.fixture
def user(hook_repository: Path, home: Path, tmp_path: Path) -> User:
    made = User(tmp_path / "project", home, hook_repository)
    made.root.mkdir()
    git(made.root, "init", "--quiet")
    return made


def test_the_hook_runs_from_a_clean_clone(user: User) -> None:
    def try_hook() -> subprocess.CompletedProcess[str]:
        git(user.root, "add", "--all")
        return user.pre_commit("try-repo", str(user.hooks), "fastapi-lint", "--all-files", "--verbose")

    user.write("main.py", BAD)
    user.write("Dockerfile", "CMD uvicorn main:app\n")
    failed = try_hook()
    assert failed.returncode == 1, failed.stdout + failed.stderr
    assert "FL302" in failed.stdout
    assert "main.py" in failed.stdout
    assert failed.stdout.count("fastapi-lint...") == 1

    user.write("main.py", GOOD)
    passed = try_hook()
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert "Passed" in passed.stdout


@pytest.mark.parametrize("tool", ["pre-commit", "prek", "lefthook"])
def test_every_tool_for_hooks_stops_a_mistake_that_shows_in_another_file(user: User, tool: str) -> None:
    """The same two commits under each: a change of a `Dockerfile` alone makes a line of `main.py` wrong."""
    user.write("app/main.py", STATE)
    user.write("app/__init__.py", "")
    user.write("Dockerfile", "FROM python\nCMD uvicorn app.main:app\n")
    if tool == "lefthook":
        user.write("lefthook.yml", yaml_blocks(PAGE)[-1])
    else:
        user.configure("id: fastapi-lint")
    command = [sys.executable, "-m", "pre_commit"] if tool == "pre-commit" else [str(SCRIPTS / tool)]
    installed = user.run([*command, "install"])
    assert installed.returncode == 0, installed.stdout + installed.stderr
    first = user.commit()
    assert first.returncode == 0, first.stdout + first.stderr
    user.write("Dockerfile", "FROM python\nCMD uvicorn app.main:app --workers 4\n")
    harm = user.commit()
    assert harm.returncode == 1, harm.stdout + harm.stderr
    assert re.search(r"FL101 .*\n +--> app/main\.py:5:1", harm.stdout + harm.stderr)
    user.write("Dockerfile", "FROM python\nCMD uvicorn app.main:app\n# clean\n")
    clean = user.commit()
    assert clean.returncode == 0, clean.stdout + clean.stderr


STATE = """
from fastapi import FastAPI

app = FastAPI()
seen = {}


@app.get("/{name}")
def show(name: str):
    seen[name] = seen.get(name, 0) + 1
    return seen
"""


def test_commits_are_judged_by_what_they_change(user: User) -> None:
    """A mistake made in one file is shown in another; what no changed file takes part in is not shown."""
    user.configure("id: fastapi-lint")
    user.write("app/main.py", STATE)
    user.write("app/__init__.py", "")
    user.write("Dockerfile", "FROM python\nCMD uvicorn app.main:app\n")
    user.write("notes.md", "Notes\n")
    assert user.pre_commit("install").returncode == 0
    first = user.commit()
    assert first.returncode == 0, first.stdout + first.stderr

    user.write("Dockerfile", "FROM python\nCMD uvicorn app.main:app --workers 4\n")
    harm = user.commit()
    assert harm.returncode == 1, harm.stdout + harm.stderr
    assert re.search(r"^FL101 .*\n +--> app/main\.py:5:1$", harm.stdout + harm.stderr, re.MULTILINE)

    git(user.root, "-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--no-verify", "-qm", "harm")
    user.write("app/other.py", "x = 1\n")
    other = user.commit()
    assert other.returncode == 0, other.stdout + other.stderr
    user.write("notes.md", "More\n")
    assert "no files to check" in (result := user.commit()).stdout + result.stderr

    between = user.pre_commit("run", "--from-ref", "HEAD~3", "--to-ref", "HEAD~2")
    assert between.returncode == 1, between.stdout
    assert "FL101" in between.stdout
    after = user.pre_commit("run", "--from-ref", "HEAD~2", "--to-ref", "HEAD")
    assert after.returncode == 0, after.stdout
    everything = user.pre_commit("run", "--all-files")
    assert everything.returncode == 1
    assert everything.stdout.count("FL101") >= 1

    user.configure("{id: fastapi-lint, args: [--all]}")
    user.write("app/other.py", "x = 2\n")
    asked = user.commit()
    assert asked.returncode == 1
    assert "FL101" in asked.stdout + asked.stderr


def test_a_commit_of_more_names_than_a_command_line_holds(user: User) -> None:
    """pre-commit calls the hook several times then; each call reports what its own files take part in."""
    user.configure("id: fastapi-lint")
    user.write("app.py", STATE)
    user.write("Dockerfile", "FROM python\nCMD uvicorn app:app --workers 4\n")
    for number in range(1100):
        user.write(f"{'deep_' * 24}/{number}_{'long_' * 5}.yaml", "a: 1\n")
    git(user.root, "add", "--all")
    done = user.pre_commit("run", "--verbose")
    assert done.returncode == 1, done.stdout[-2000:]
    assert done.stdout.count("Checked as ") > 1
    assert 1 <= done.stdout.count("FL101 [") <= 2


RETURNED = """

@app.get("/{number}")
def show(number: int):
    return HTTPException(404)
"""


def test_the_fixing_hook_mends_and_fails_once(user: User) -> None:
    user.configure("id: fastapi-lint-fix")
    bad = BAD.replace("Depends, FastAPI", "FastAPI, HTTPException") + RETURNED
    user.write("main.py", bad + "\n\nx = 1  # fastapi-lint: ignore[nonsense]\n")
    git(user.root, "add", "--all")
    first = user.pre_commit("run")
    assert first.returncode == 1
    assert "files were modified by this hook" in first.stdout
    mended = bad.replace("return HTTP", "raise HTTP") + "\n\nx = 1\n"
    assert (user.root / "main.py").read_text(encoding="utf-8") == mended
    git(user.root, "add", "--all")
    again = user.pre_commit("run")
    assert again.returncode == 0, again.stdout
