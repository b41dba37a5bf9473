"""FL101: two worker processes disagree about what one of them keeps in memory; one process agrees with itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.oracle.interpreters import PROOFS, Interpreter
from tests.oracle.workers import Server, needs_posix

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = needs_posix
PROOF = PROOFS / "in_process_cache"

WRITE_AND_READ = {
    "bad_counter": ("POST", "/visit", "/visits", "visits", 1, 0),
    "bad_dictionary": ("PUT", "/price/tea/5", "/price/tea", "price", 5, None),
    "bad_lru_cache_cleared": ("PUT", "/banner/sale", "/banner", "banner", "sale", "none"),
    "good_shared_store": ("PUT", "/price/tea/5", "/price/tea", "price", 5, 5),
}
"""How to write, how to read, the member to look at, its value where it was written and in the other worker."""

UNCHANGED = ("good_filled_at_import",)


@pytest.mark.parametrize("proof", sorted(WRITE_AND_READ))
def test_two_workers_disagree_about_bad_state_and_agree_about_good(
    outer_interpreter: Interpreter, proof: str, tmp_path: Path
) -> None:
    method, write, read, member, written, elsewhere = WRITE_AND_READ[proof]
    with Server(outer_interpreter, PROOF / f"{proof}.py", workers=2, folder=tmp_path) as server:
        first, second = server.pids
        before = [server.get(read, pid=pid) for pid in server.pids]
        assert [answer["worker"] for answer in before] == [first, second]
        assert before[0][member] == before[1][member]
        assert server.get(write, pid=first, method=method)[member] == written
        after = [server.get(read, pid=pid) for pid in server.pids]
    assert [answer["worker"] for answer in after] == [first, second]
    assert [answer[member] for answer in after] == [written, elsewhere]


@pytest.mark.parametrize("proof", ["bad_counter", "bad_dictionary", "bad_lru_cache_cleared"])
def test_one_worker_agrees_with_itself(newest: Interpreter, proof: str, tmp_path: Path) -> None:
    method, write, read, member, written, _ = WRITE_AND_READ[proof]
    with Server(newest, PROOF / f"{proof}.py", workers=1, folder=tmp_path) as server:
        server.get(read)
        server.get(write, method=method)
        answers = [server.get(read) for _ in range(3)]
    assert {(answer["worker"], answer[member]) for answer in answers} == {(server.pids[0], written)}


@pytest.mark.parametrize("proof", UNCHANGED)
def test_what_no_request_changes_is_the_same_in_both_workers(newest: Interpreter, proof: str, tmp_path: Path) -> None:
    with Server(newest, PROOF / f"{proof}.py", workers=2, folder=tmp_path) as server:
        answers = [server.get("/run/hello/3", pid=pid) for pid in server.pids]
    assert [answer["worker"] for answer in answers] == list(server.pids)
    assert {(answer["said"], answer["square"]) for answer in answers} == {("hello", 9)}


def test_every_proof_has_an_expectation() -> None:
    assert {path.stem for path in PROOF.glob("*.py")} == {*WRITE_AND_READ, *UNCHANGED}
