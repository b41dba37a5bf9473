"""FL401: the order of middleware is what the rule's message says, in every version."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracle.interpreters import PROOFS, Interpreter

PROOF = PROOFS / "middleware_order_comment"
GZIP = "starlette.middleware.gzip:GZipMiddleware"

REAL = {
    "first_added_is_outermost": ["RefuseAll"],
    "last_added_is_outermost": ["Timing", "RefuseAll"],
    "last_of_list_is_outermost": ["First", "Second"],
    "first_of_list_is_outermost": ["First", "Second"],
    "decorators_run_in_order": ["check_tenant", "log_request"],
    "decorators_run_in_reverse": ["check_tenant", "log_request"],
    "mixed_list_stays_outside": [GZIP, "decorated", "Added", "Listed", GZIP],
    "mixed_later_goes_around": [GZIP, "decorated", "Added", "Listed", GZIP],
}
"""What a request enters, outermost first; a request that RefuseAll answers does not come further."""

CLAIMED_OUTERMOST = {
    "bad_first_added_is_outermost": "Timing",
    "bad_last_of_list_is_outermost": "Second",
    "bad_decorators_run_in_order": "log_request",
    "bad_mixed_list_stays_outside": "Listed",
    "good_last_added_is_outermost": "Timing",
    "good_first_of_list_is_outermost": "First",
    "good_decorators_run_in_reverse": "check_tenant",
    "good_mixed_later_goes_around": GZIP,
}
"""What the comment in the file takes for the outermost one."""


@pytest.fixture(scope="module")
def seen(interpreter: Interpreter, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every proof of the rule under one version."""
    return interpreter.probe("stack", list(PROOF.glob("*.py")), tmp_path_factory.mktemp("stack"))


@pytest.mark.parametrize("proof", sorted(CLAIMED_OUTERMOST))
def test_the_request_enters_the_middleware_in_the_order_the_rule_computes(seen: dict[str, Any], proof: str) -> None:
    real = REAL[proof.partition("_")[2]]
    assert seen[proof]["stack"] == [name if ":" in name else f"{proof}:{name}" for name in real]


@pytest.mark.parametrize("proof", sorted(CLAIMED_OUTERMOST))
def test_a_bad_comment_names_the_wrong_outermost_and_a_good_one_the_right(seen: dict[str, Any], proof: str) -> None:
    outermost = seen[proof]["stack"][0]
    claimed = CLAIMED_OUTERMOST[proof]
    assert outermost.endswith(claimed) == proof.startswith("good_")


def test_the_believed_comment_loses_the_header_of_refused_requests(seen: dict[str, Any]) -> None:
    bad, good = seen["bad_first_added_is_outermost"], seen["good_last_added_is_outermost"]
    assert (bad["status"], good["status"]) == (401, 401)
    assert "x-process-time" not in bad["headers"]
    assert good["headers"]["x-process-time"] == "0.1"


def test_decorated_functions_run_last_decorated_first(seen: dict[str, Any]) -> None:
    assert seen["bad_decorators_run_in_order"]["journal"] == ["check_tenant", "log_request"]


def test_the_stack_can_be_asked_for_one_application(interpreter: Interpreter) -> None:
    app = PROOF / "good_last_added_is_outermost.py"
    assert interpreter.observed_stack(app) == [f"{app.stem}:Timing", f"{app.stem}:RefuseAll"]


def test_every_proof_has_an_expectation() -> None:
    assert {path.stem for path in PROOF.glob("*.py")} == set(CLAIMED_OUTERMOST)
