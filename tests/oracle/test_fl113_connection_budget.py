"""FL113: what an application may open is the sum of its pools and overflows, in each of its workers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.oracle.interpreters import PROOFS, Interpreter
from tests.oracle.workers import Server, needs_posix

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = needs_posix
PROOF = PROOFS / "connection_budget"
MOST = {"bad_default_pool": 5 + 10, "good_small_pool": 2 + 0}
"""The proof, and how many connections one worker opens before it waits."""


@pytest.mark.parametrize("proof", sorted(MOST))
@pytest.mark.parametrize("workers", [1, 2])
def test_each_worker_opens_its_pool_and_its_overflow(
    outer_interpreter: Interpreter, proof: str, workers: int, tmp_path: Path
) -> None:
    with Server(outer_interpreter, PROOF / f"{proof}.py", workers=workers, folder=tmp_path) as server:
        answers = [server.get("/load", pid=pid) for pid in server.pids]
        opened = server.get("/")["opened"]
    assert [(one["open"], one["refused"]) for one in answers] == [(MOST[proof], "TimeoutError")] * workers
    assert opened == MOST[proof] * workers


def test_every_proof_has_an_expectation() -> None:
    assert {path.stem for path in PROOF.glob("*.py")} == set(MOST)
