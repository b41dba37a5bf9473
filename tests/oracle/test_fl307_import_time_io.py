"""FL307: work at import keeps the application from being imported when it fails, and every process does it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.oracle.interpreters import PROOFS, Interpreter
from tests.oracle.workers import Server, needs_posix

if TYPE_CHECKING:
    from pathlib import Path

PROOF = PROOFS / "import_time_io"
FAILING = ("bad_create_all", "bad_query")
REPEATED = "bad_every_worker"
QUIET = "good_engine_only"


@pytest.fixture(scope="module")
def seen(interpreter: Interpreter, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The proofs whose database is away, under one version."""
    files = [PROOF / f"{stem}.py" for stem in (*FAILING, QUIET)]
    return interpreter.probe("lifespan", files, tmp_path_factory.mktemp("imports"))


@pytest.mark.parametrize("proof", FAILING)
def test_the_application_cannot_be_imported_while_the_database_is_away(seen: dict[str, Any], proof: str) -> None:
    assert "unable to open database file" in seen[proof]["import_error"]


def test_an_engine_asks_nobody_at_import(seen: dict[str, Any]) -> None:
    result = seen[QUIET]
    assert (result["startup"], result["status"], result["body"]) == ("startup.complete", 200, {"tables": ["items"]})


@needs_posix
@pytest.mark.parametrize("workers", [1, 3])
def test_every_worker_does_it_again(newest: Interpreter, workers: int, tmp_path: Path) -> None:
    with Server(newest, PROOF / f"{REPEATED}.py", workers=workers, folder=tmp_path) as server:
        rows = server.get("/")["rows"]
    assert rows >= workers
    assert (rows > 1) == (workers > 1)


def test_every_proof_is_used() -> None:
    assert {path.stem for path in PROOF.glob("*.py")} == {*FAILING, REPEATED, QUIET}
