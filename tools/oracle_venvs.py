"""The virtual environments that the proofs run in, one a FastAPI version: `make oracle-venvs`.

They are made once, below `.venvs/`, and recorded there; a version that this machine's Python cannot take is
recorded with the reason, so that its proofs are skipped with it and tried again the next time.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

VERSIONS: Final = ("0.92.0", "0.105.0", "0.115.14", "0.136.3", "0.165.0")
"""One version on each side of the boundaries that the rules know, and the newest one."""

_FOLDER: Final = Path(__file__).resolve().parent.parent / ".venvs"
_BESIDE: Final = (
    "httpx<0.28",
    "sqlalchemy[asyncio]",
    "aiosqlite",
    "uvicorn",
    "python-multipart",
    "slowapi",
    "anyio",
    "websockets",
)
_AT_ONCE: Final = 2
_PROBE: Final = """
import json, platform
from importlib.metadata import version
import fastapi, httpx, slowapi, sqlalchemy.ext.asyncio, starlette.testclient, uvicorn
fastapi.FastAPI()
names = ("fastapi", "starlette", "pydantic", "anyio", "httpx", "slowapi", "sqlalchemy", "uvicorn")
print(json.dumps({"python": platform.python_version(), **{name: version(name) for name in names}}))
"""


@dataclass(frozen=True, slots=True)
class Environment:
    """One FastAPI version: its interpreter, and why it cannot be used (empty where it can)."""

    version: str
    python: Path
    failure: str = ""


def environment(version: str) -> Environment:
    """Return the environment of a version as it stands on this machine; nothing is installed."""
    folder = _FOLDER / f"fastapi-{version}"
    python = folder / "bin" / "python"
    if _is_ready(folder):
        return Environment(version, python)
    reason = folder / "failure.txt"
    failure = reason.read_text(encoding="utf-8") if reason.is_file() else "run `make oracle-venvs` first"
    return Environment(version, python, failure)


def prepare(versions: tuple[str, ...]) -> tuple[Environment, ...]:
    """Make the environments that are missing, two at a time, and return all of them."""
    missing = [version for version in versions if environment(version).failure]
    if missing:
        base = _base_python()
        print(f"installing FastAPI {', '.join(missing)} for the proofs, with {base}", flush=True)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(lambda version: _install(version, base), missing))
    return tuple(environment(version) for version in versions)


def main() -> int:
    """Prepare every version; return 0 also where one cannot be had, because its proofs are skipped with the reason."""
    for made in prepare(VERSIONS):
        if made.failure:
            print(f"FastAPI {made.version}: {made.failure}")
    return 0


def _base_python() -> str:
    """Return Python 3.11 where there is one, since every version runs on it; otherwise the running Python."""
    found = shutil.which("python3.11")
    if found and _run([found, "-c", "import ensurepip, venv"]).returncode == 0:
        return found
    return sys.executable


def _install(version: str, base: str) -> None:
    folder = _FOLDER / f"fastapi-{version}"
    shutil.rmtree(folder, ignore_errors=True)
    python = str(folder / "bin" / "python")
    steps = (
        [base, "-m", "venv", str(folder)],
        [python, "-m", "pip", "install", "--quiet", f"fastapi=={version}", *_BESIDE],
        [python, "-c", _PROBE],
    )
    for step in steps:
        done = _run(step)
        if done.returncode != 0:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "failure.txt").write_text(_reason(done), encoding="utf-8")
            return
    record = {"asked": [version, *_BESIDE], "installed": json.loads(done.stdout)}
    (folder / "installed.json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def _is_ready(folder: Path) -> bool:
    record = folder / "installed.json"
    if not record.is_file() or not (folder / "bin" / "python").exists():
        return False
    asked = json.loads(record.read_text(encoding="utf-8"))["asked"]
    return bool(asked == [folder.name.removeprefix("fastapi-"), *_BESIDE])


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL)


def _reason(done: subprocess.CompletedProcess[str]) -> str:
    lines = (done.stderr or done.stdout).strip().splitlines()
    return f"cannot be installed here: {lines[-1] if lines else f'exit code {done.returncode}'}"


if __name__ == "__main__":
    sys.exit(main())
