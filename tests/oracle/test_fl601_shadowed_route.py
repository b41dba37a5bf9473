"""FL601: what an earlier route, router or mount matches, a later one never answers; in every version."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracle.interpreters import PROOFS, Interpreter

PROOF = PROOFS / "shadowed_route"
ANSWERS: dict[str, list[tuple[int, Any]]] = {
    "bad_literal_after_parameter": [(422, None), (200, "read_user")],
    "good_literal_first": [(200, "read_me"), (200, "read_user")],
    "good_convertor": [(200, "read_me"), (200, "read_user")],
    "good_other_method": [(200, "read_me"), (200, "delete_user")],
    "bad_router_included_later": [(200, "read_item"), (200, "read_item")],
    "good_router_included_first": [(200, "export_items"), (200, "read_item")],
    "bad_below_a_mount": [(404, None), (200, "other")],
    "good_before_a_mount": [(200, "list_files"), (200, "other")],
    "bad_path_convertor": [(200, "read_object"), (200, "read_object")],
}
"""Status and answer for each request of a proof, None for an answer of the framework's own."""


@pytest.fixture(scope="module")
def seen(interpreter: Interpreter, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every proof of the rule under one version."""
    return interpreter.probe("asks", list(PROOF.glob("*.py")), tmp_path_factory.mktemp("asks"))


@pytest.mark.parametrize("proof", sorted(ANSWERS))
def test_the_first_that_matches_answers(seen: dict[str, Any], proof: str) -> None:
    replies = seen[proof]["replies"]
    assert [(one["status"], one["body"] if one["status"] == 200 else None) for one in replies] == ANSWERS[proof]


def test_every_proof_has_an_expectation() -> None:
    assert {path.stem for path in PROOF.glob("*.py")} == set(ANSWERS)
