"""FL112: since which uvicorn its worker classes warn, and that nobody sees the warning under gunicorn."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.oracle.interpreters import PROOFS, Interpreter, environment
from tests.oracle.workers import needs_posix

if TYPE_CHECKING:
    from pathlib import Path

PROOF = PROOFS / "deprecated_uvicorn_worker"
IMPORT = (
    "import warnings, importlib, sys\n"
    "warnings.simplefilter('always')\n"
    "with warnings.catch_warnings(record=True) as caught:\n"
    "    importlib.import_module(sys.argv[1])\n"
    "print(*[one.message for one in caught if issubclass(one.category, DeprecationWarning)], sep='\\n')\n"
)


def warned(server: Interpreter, proof: str) -> bool:
    """Return whether importing a worker's module warns about uvicorn's own worker classes."""
    text = server.run("-c", IMPORT, proof, cwd=PROOF)
    return "uvicorn.workers" in text and "deprecated" in text


def test_uvicorns_own_worker_is_deprecated_since_0_30(server: Interpreter) -> None:
    assert warned(server, "bad_worker") == server.since("0.30.0")


def test_the_worker_of_the_package_is_not(server: Interpreter) -> None:
    if not server.since("0.30.0"):
        pytest.skip("uvicorn-worker needs uvicorn 0.15 or newer and replaces the class since 0.30.0")
    assert not warned(server, "good_worker")


@needs_posix
@pytest.mark.parametrize("proof", ["bad_worker", "good_worker"])
def test_gunicorn_shows_no_warning(server: Interpreter, proof: str, tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("from fastapi import FastAPI\n\napp = FastAPI()\n", encoding="utf-8")
    command = [str(server.python), "-m", "gunicorn", "main:app", "--check-config", "-k", f"{proof}.Worker"]
    done = subprocess.run(
        [*command, "--pythonpath", str(PROOF)],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "deprecated" not in done.stdout + done.stderr


def test_every_proof_is_used() -> None:
    assert {path.stem for path in PROOF.glob("*.py")} == {"bad_worker", "good_worker"}
