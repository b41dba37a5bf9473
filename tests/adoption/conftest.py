"""A project with findings, and the command line on it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

MAIN = """\
from fastapi import FastAPI

app = FastAPI()


@app.on_event("startup")
async def start() -> None: ...


@app.on_event("shutdown")
async def stop() -> None: ...
"""


@dataclass(frozen=True)
class Project:
    root: Path

    def write(self, path: str, text: str | bytes) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return file

    def read(self, path: str = "main.py") -> str:
        return (self.root / path).read_bytes().decode()

    def run(self, *arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        return subprocess.run(
            [sys.executable, "-m", "fastapi_lint", *arguments],
            cwd=cwd or self.root,
            env={**inherited, "PYTHONPATH": str(ROOT), **environment},
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=300,
        )

    def check(self, *arguments: str) -> list[str]:
        """The findings as `path:row code`, having seen that the exit code says whether there are any."""
        done = self.run("check", "-q", "--output-format", "concise", *arguments)
        lines = done.stdout.splitlines()
        assert done.returncode == int(bool(lines)), done.stderr + done.stdout
        return [f"{line.split(':')[0]}:{line.split(':')[1]} {line.split()[1]}" for line in lines]

    def git(self, *arguments: str) -> str:
        names = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        command = ["git", *names, *arguments]
        return subprocess.run(
            command, check=True, cwd=self.root, capture_output=True, text=True, env=inherited
        ).stdout.strip()

    def commit(self) -> str:
        if not (self.root / ".git").exists():
            self.git("init", "--quiet", "--initial-branch=main")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "state")
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path / "project")
    made.write("main.py", MAIN)
    made.write("pyproject.toml", '[project]\nname = "x"\ndependencies = ["fastapi==0.115.0"]\n')
    return made
