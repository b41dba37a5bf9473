"""Projects on disk, the real command in a process of its own, and its JSON held to the schema."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

ROOT = Path(__file__).parents[2]
SHOP = ROOT / "examples" / "shop"
SCHEMA = ROOT / "fastapi_lint" / "report" / "schema" / "trace.json"

Run = Callable[..., "subprocess.CompletedProcess[str]"]
Traced = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def run() -> Run:
    """Run `fastapi-lint trace` in a folder."""

    def trace(folder: Path, *arguments: str, encoding: str = "utf-8") -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding, "NO_COLOR": "1"}
        environment.pop("FORCE_COLOR", None)
        return subprocess.run(
            [sys.executable, "-m", "fastapi_lint", "trace", *arguments],
            check=False,
            capture_output=True,
            text=True,
            encoding=encoding,
            cwd=folder,
            env=environment,
        )

    return trace


@pytest.fixture(scope="session")
def traced(run: Run) -> Traced:
    """The document of a project, after the schema had its say."""
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))

    def document(folder: Path, *arguments: str) -> dict[str, Any]:
        done = run(folder, "--output-format", "json", *arguments)
        assert (done.returncode, done.stderr) == (0, "")
        found: dict[str, Any] = json.loads(done.stdout)
        validator.validate(found)
        return found

    return document


@pytest.fixture
def project(tmp_path: Path) -> Callable[[Mapping[str, str]], Path]:
    """Write a project and return its folder; the newest FastAPI is pinned unless the files say otherwise."""

    def write(files: Mapping[str, str], fastapi: str = "0.165.0") -> Path:
        root = tmp_path / "project"
        for name, text in {"requirements.txt": f"fastapi=={fastapi}\n", **files}.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return root

    return write


@pytest.fixture
def app(project: Callable[..., Path], traced: Traced) -> Callable[..., dict[str, Any]]:
    """The only application of a project whose `main.py` is given."""

    def first(text: str, fastapi: str = "0.165.0", **files: str) -> dict[str, Any]:
        (found,) = traced(project({"main.py": text, **files}, fastapi), "--app", "main:app")["apps"]
        return found

    return first
