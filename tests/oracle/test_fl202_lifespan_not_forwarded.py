"""FL202: behind a middleware that keeps the lifespan start-up never runs, and uvicorn says that it completed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.oracle.interpreters import PROOFS, Interpreter
from tests.oracle.workers import Server, needs_posix

if TYPE_CHECKING:
    from pathlib import Path

PROOF = PROOFS / "lifespan_not_forwarded"
STARTED = {"bad_answers": False, "bad_returns": False, "good_forwards": True}


@pytest.fixture(scope="module")
def seen(interpreter: Interpreter, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every proof of the rule under one version."""
    return interpreter.probe("lifespan", list(PROOF.glob("*.py")), tmp_path_factory.mktemp("lifespans"))


@pytest.mark.parametrize("proof", sorted(STARTED))
def test_whether_start_up_runs(seen: dict[str, Any], proof: str) -> None:
    assert (seen[proof]["status"], seen[proof]["body"]) == (200, {"started": STARTED[proof]})


@needs_posix
@pytest.mark.parametrize("proof", sorted(STARTED))
def test_uvicorn_says_that_it_completed(outer_interpreter: Interpreter, proof: str, tmp_path: Path) -> None:
    # The server counts as ready once it has logged "Application startup complete."
    with Server(outer_interpreter, PROOF / f"{proof}.py", workers=1, folder=tmp_path) as server:
        assert server.get("/")["started"] == STARTED[proof]


def test_every_proof_has_an_expectation() -> None:
    assert {path.stem for path in PROOF.glob("*.py")} == set(STARTED)
