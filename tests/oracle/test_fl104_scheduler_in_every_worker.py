"""FL104: a loop that the application starts does its work once a worker, unless a lock lets only one of them start it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.oracle.interpreters import PROOFS, Interpreter
from tests.oracle.workers import Server, needs_posix

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = needs_posix
PROOF = PROOFS / "scheduler_in_every_worker"
SENT = [("bad_loop", 1, 1), ("bad_loop", 3, 3), ("good_lock", 1, 1), ("good_lock", 3, 1)]
"""The proof, how many workers serve it, and how often the work is done."""


@pytest.mark.parametrize(("proof", "workers", "sent"), SENT)
def test_how_often_the_work_is_done(
    outer_interpreter: Interpreter, proof: str, workers: int, sent: int, tmp_path: Path
) -> None:
    with Server(outer_interpreter, PROOF / f"{proof}.py", workers=workers, folder=tmp_path) as server:
        assert server.get("/")["sent"] == sent


def test_every_proof_has_an_expectation() -> None:
    assert {path.stem for path in PROOF.glob("*.py")} == {proof for proof, _, _ in SENT}
