"""FL103: a limit that is counted in memory lets through as many times more as there are workers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.oracle.interpreters import PROOFS, Interpreter
from tests.oracle.workers import Server, needs_posix

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = needs_posix
PROOF = PROOFS / "in_process_rate_limit"
LIMIT = 3

PASSED_BY_TWO_WORKERS = {"bad_own_counter": 2 * LIMIT, "bad_slowapi_in_memory": 2 * LIMIT, "good_shared_counter": LIMIT}


def passed(server: Server) -> int:
    """Send one request more than the limit to each worker, and return how many were let through."""
    statuses = [server.get("/", pid=pid).status for pid in server.pids for _ in range(LIMIT + 1)]
    assert set(statuses) == {200, 429}
    return statuses.count(200)


@pytest.mark.parametrize("proof", sorted(PASSED_BY_TWO_WORKERS))
def test_two_workers_let_through_twice_the_limit_unless_they_share_the_counter(
    outer_interpreter: Interpreter, proof: str, tmp_path: Path
) -> None:
    with Server(outer_interpreter, PROOF / f"{proof}.py", workers=2, folder=tmp_path) as server:
        assert passed(server) == PASSED_BY_TWO_WORKERS[proof]


@pytest.mark.parametrize("proof", sorted(PASSED_BY_TWO_WORKERS))
def test_one_worker_keeps_the_limit(newest: Interpreter, proof: str, tmp_path: Path) -> None:
    with Server(newest, PROOF / f"{proof}.py", workers=1, folder=tmp_path) as server:
        assert passed(server) == LIMIT


def test_every_proof_has_an_expectation() -> None:
    assert {path.stem for path in PROOF.glob("*.py")} == set(PASSED_BY_TWO_WORKERS)
