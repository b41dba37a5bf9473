"""Finds the interpreters that hold one FastAPI version each, and runs the oracle's drivers in them."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

ORACLE = Path(__file__).parent
PROOFS = ORACLE / "proofs"
APPS = ORACLE / "apps"
ROOT = ORACLE.parent.parent
VARIABLE = "FASTAPI_LINT_ORACLE_VENVS"

VERSIONS = ("0.92.0", "0.105.0", "0.115.14", "0.136.3", "0.165.0")
"""The versions every proof runs under, oldest first."""

BOUNDARIES = (
    *(
        "0.79.1",
        "0.80.0",
        "0.90.1",
        "0.91.0",
        "0.93.0",
        "0.106.0",
        "0.109.2",
        "0.110.0",
        "0.112.1",
        "0.112.2",
        "0.117.1",
        "0.118.0",
        "0.122.1",
    ),
    *("0.123.0", "0.128.2", "0.128.3", "0.128.5", "0.128.6", "0.137.0"),
)
"""The neighbours of versions in which a truth changed; each is used where its environment exists."""

SERVERS = ("0.29.0", "0.30.0", "0.54.0")
"""The versions of uvicorn, in environments of their own, for claims about servers; oldest first."""

NEWEST = VERSIONS[-1]
TIME_LIMIT = 120.0


class OracleError(Exception):
    """A driver could not do its work: a mistake of the oracle, never the harm that a proof shows."""


def folder() -> Path:
    """Return the folder that holds `fastapi-<version>/`, one virtual environment a version."""
    stated = os.environ.get(VARIABLE)
    return Path(stated) if stated else ROOT / ".venvs"


def release(text: str) -> tuple[int, ...]:
    """Return the numbers of a version, so that versions compare: `0.115.14` is `(0, 115, 14)`."""
    return tuple(int(part) for part in text.split("."))


@dataclass(frozen=True)
class Interpreter:
    """A Python with one FastAPI version; `python` is its executable."""

    version: str
    python: Path

    @classmethod
    def find(cls, version: str, package: str = "fastapi") -> Interpreter | None:
        """Return the interpreter of a version, None where its environment was not made or could not be."""
        home = folder() / f"{package}-{version}"
        if (home / "failure.txt").exists():
            return None
        for python in (home / "bin" / "python", home / "Scripts" / "python.exe"):
            if python.exists():
                return cls(version, python)
        return None

    def since(self, version: str) -> bool:
        """Return whether this is FastAPI `version` or newer."""
        return release(self.version) >= release(version)

    @cached_property
    def starlette(self) -> tuple[int, ...]:
        """The release of the Starlette that is installed beside this FastAPI."""
        return release(self.installed("starlette") or "0")

    def installed(self, distribution: str) -> str | None:
        """Return the version of an installed distribution, None where there is none."""
        code = (
            "import sys, importlib.metadata as m\n"
            "try: print(m.version(sys.argv[1]))\n"
            "except m.PackageNotFoundError: pass"
        )
        return self.run("-c", code, distribution).strip() or None

    def run(self, *arguments: str, cwd: Path | None = None) -> str:
        """Run this Python and return what it printed.

        Raises: `OracleError` when it ends with an error or outlives the time limit.
        """
        command = [str(self.python), *arguments]
        try:
            done = subprocess.run(
                command, cwd=cwd, env=environment(), capture_output=True, text=True, timeout=TIME_LIMIT, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise OracleError(f"{command} outlived {TIME_LIMIT:.0f} seconds") from error
        if done.returncode:
            raise OracleError(f"{command} ended with {done.returncode}:\n{done.stderr}")
        return done.stdout

    def probe(self, command: str, files: list[Path], cwd: Path) -> dict[str, Any]:
        """Run one command of `probe.py` on some applications and return the results by the files' stems."""
        paths = [str(path) for path in sorted(files)]
        result: dict[str, Any] = json.loads(self.run(str(ORACLE / "probe.py"), command, *paths, cwd=cwd))
        return result

    def observed_stack(self, app_path: Path) -> list[str]:
        """Return the middleware that one request really enters, outermost first, as `module:qualname`.

        `app_path` is a file with a module attribute `app`. What `@app.middleware` was given counts by the
        function's own name; the framework's built-in layers are left out.
        """
        stack: list[str] = self.probe("stack", [app_path], app_path.parent)[app_path.stem]["stack"]
        return stack

    def observe(self, folder: Path, target: str) -> dict[str, Any]:
        """Return what the framework made of `module:attribute` in a project folder, as `observe.py` says it."""
        result: dict[str, Any] = json.loads(self.run(str(ORACLE / "observe.py"), str(folder), target, cwd=folder))
        return result


def environment(**extra: str) -> dict[str, str]:
    """Return a small environment for a subprocess, so that nothing of the caller's decides what happens."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "SYSTEMROOT") if name in os.environ}
    return {**kept, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0", **extra}
