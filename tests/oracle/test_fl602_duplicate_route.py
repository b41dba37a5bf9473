"""FL602: of two routes with one method and path the second never answers; in every version."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracle.interpreters import PROOFS, Interpreter

PROOF = PROOFS / "duplicate_route"
ANSWERS = {
    "bad_other_parameter_name": ["read_run"],
    "bad_included_twice": ["names"],
    "good_included_under_two_prefixes": ["names", "names"],
    "good_other_method": ["read_run", "delete_run"],
    "good_own_docs_off": ["handbook"],
    "good_trailing_slash": ["read_runs", "read_runs_with_slash"],
}


@pytest.fixture(scope="module")
def seen(interpreter: Interpreter, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every proof of the rule under one version."""
    return interpreter.probe("asks", list(PROOF.glob("*.py")), tmp_path_factory.mktemp("asks"))


@pytest.mark.parametrize("proof", sorted(ANSWERS))
def test_the_first_of_two_answers(seen: dict[str, Any], proof: str) -> None:
    assert [one["body"] for one in seen[proof]["replies"]] == ANSWERS[proof]


def test_nothing_warns_of_the_second(seen: dict[str, Any]) -> None:
    assert not [text for text in seen["bad_other_parameter_name"]["warnings"] if "uplicate" in text]


def test_the_check_of_the_second_inclusion_never_runs(seen: dict[str, Any]) -> None:
    assert seen["bad_included_twice"]["journal"] == []
    assert seen["good_included_under_two_prefixes"]["journal"] == ["checked"]


def test_the_own_page_answers_where_it_is_not_switched_off(seen: dict[str, Any]) -> None:
    (reply,) = seen["bad_own_docs"]["replies"]
    assert "swagger" in reply["body"].lower()
    assert "handbook" not in reply["body"]


def test_every_proof_is_used() -> None:
    assert {path.stem for path in PROOF.glob("*.py")} == {*ANSWERS, "bad_own_docs"}
