"""The virtual environments that the proofs run in, one a FastAPI version: `make oracle-venvs`.

They are made once and recorded where they stand; a version that this machine's Python cannot take is
recorded with the reason, so that its proofs are skipped with it and tried again the next time.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from tests.oracle.interpreters import BOUNDARIES, SERVERS, VERSIONS, folder

if TYPE_CHECKING:
    from pathlib import Path

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
_BESIDE_SERVER: Final = ("fastapi", "gunicorn", "uvicorn-worker")
_AT_ONCE: Final = 2
_IMPORTED: Final = ("httpx", "slowapi", "sqlalchemy.ext.asyncio", "starlette.testclient", "uvicorn")
_PROBE: Final = """
import json, platform, sys
from importlib import import_module
from importlib.metadata import distributions
import fastapi
fastapi.FastAPI()
for name in sys.argv[1:]:
    import_module(name)
names = ("fastapi", "starlette", "pydantic", "anyio", "httpx", "slowapi", "sqlalchemy", "uvicorn")
found = {one.metadata["Name"].lower(): one.version for one in distributions()}
print(json.dumps({"python": platform.python_version(), **{name: found[name] for name in names if name in found}}))
"""


def failure(version: str, package: str = "fastapi") -> str:
    """Return why a version's environment cannot be used as it stands, empty where it can; nothing is installed."""
    home = folder() / f"{package}-{version}"
    if _is_ready(home):
        return ""
    reason = home / "failure.txt"
    return reason.read_text(encoding="utf-8") if reason.is_file() else "not installed yet"


def main() -> int:
    """Make the environments that are missing, two at a time.

    Returns 0 also where one cannot be had: its proofs are skipped with the reason.
    """
    wanted = [("fastapi", version) for version in (*VERSIONS, *BOUNDARIES)]
    wanted += [("uvicorn", version) for version in SERVERS]
    missing = [(package, version) for package, version in wanted if failure(version, package)]
    if missing:
        base = _base_python()
        names = ", ".join(f"{package} {version}" for package, version in missing)
        print(f"installing {names} for the proofs, with {base}", flush=True)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(lambda one: _install(one[0], one[1], base), missing))
    for package, version in missing:
        if failure(version, package):
            print(f"{package} {version}: {failure(version, package)}")
    return 0


def _base_python() -> str:
    """Return Python 3.11 where there is one, since every version runs on it; otherwise the running Python."""
    found = shutil.which("python3.11")
    if found and _run([found, "-c", "import ensurepip, venv"]).returncode == 0:
        return found
    return sys.executable


def _install(package: str, version: str, base: str) -> None:
    home = folder() / f"{package}-{version}"
    beside = _beside(version, package)
    imported = () if version in BOUNDARIES or package != "fastapi" else _IMPORTED
    shutil.rmtree(home, ignore_errors=True)
    python = str(home / "bin" / "python")
    steps = (
        [base, "-m", "venv", str(home)],
        [python, "-m", "pip", "install", "--quiet", f"{package}=={version}", *beside],
        [python, "-c", _PROBE, *imported],
    )
    for step in steps:
        done = _run(step)
        if done.returncode != 0:
            home.mkdir(parents=True, exist_ok=True)
            (home / "failure.txt").write_text(_reason(done), encoding="utf-8")
            return
    record = {"asked": [version, *beside], "installed": json.loads(done.stdout)}
    (home / "installed.json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def _is_ready(home: Path) -> bool:
    record = home / "installed.json"
    if not record.is_file() or not (home / "bin" / "python").exists():
        return False
    asked = json.loads(record.read_text(encoding="utf-8"))["asked"]
    package, _, version = home.name.partition("-")
    return bool(asked == [version, *_beside(version, package)])


def _beside(version: str, package: str) -> tuple[str, ...]:
    """Return what is installed beside a version; the proofs of the boundaries need nothing but FastAPI."""
    if package == "uvicorn":
        return _BESIDE_SERVER
    return () if version in BOUNDARIES else _BESIDE


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL)


def _reason(done: subprocess.CompletedProcess[str]) -> str:
    lines = (done.stderr or done.stdout).strip().splitlines()
    return f"cannot be installed here: {lines[-1] if lines else f'exit code {done.returncode}'}"


if __name__ == "__main__":
    sys.exit(main())
