"""FL501: what runs twice in one request, what runs once, and since which version."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.oracle.interpreters import PROOFS, Interpreter

PROOF = PROOFS / "uncached_duplicate_dependency"

TWICE = {
    "bad_use_cache_false": {"get_settings": 2},
    "bad_factory_closure": {"check_role admin": 5},
    "bad_lambda": {"load rates": 2},
    "bad_partial": {"load rates": 2},
    "bad_instance": {"check admin": 2},
    "bad_bound_methods_of_two_objects": {"load": 2},
}
"""Calls in one request, the same in all versions."""

ONCE = (
    "good_bound_method",
    "good_class",
    "good_default_cache",
    "good_different_arguments",
    "good_equal_instances",
    "good_memoised_factory",
    "good_same_scopes",
    "good_shared_name",
    "good_use_cache_false_first",
)

BY_VERSION = (
    "bad_scope_argument",
    "bad_scopes_on_plain_function",
    "bad_security_scopes",
    "bad_session_below_scopes",
    "good_scope_argument",
)


@pytest.fixture(scope="module")
def seen(any_interpreter: Interpreter, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every proof of the rule under one version."""
    return any_interpreter.probe("request", list(PROOF.glob("*.py")), tmp_path_factory.mktemp("request"))


def calls(result: dict[str, Any]) -> dict[str, int]:
    """Return how often each dependency ran in the one request that was sent."""
    assert (result["status"], result["error"]) == (200, None)
    return dict(Counter(result["journal"]))


@pytest.mark.parametrize("proof", sorted(TWICE))
def test_the_bad_case_runs_twice(seen: dict[str, Any], proof: str) -> None:
    assert calls(seen[proof]) == TWICE[proof]


@pytest.mark.parametrize("proof", ONCE)
def test_the_look_alike_runs_once(seen: dict[str, Any], proof: str) -> None:
    counted = calls(seen[proof])
    assert counted
    assert set(counted.values()) == {1}


def test_without_the_cache_the_values_differ(seen: dict[str, Any]) -> None:
    assert seen["bad_use_cache_false"]["body"] == {"same": False}
    assert seen["good_use_cache_false_first"]["body"] == {"same": True}
    assert seen["good_default_cache"]["body"] == {"same": True}


@pytest.mark.parametrize("proof", ["bad_security_scopes", "bad_scopes_on_plain_function"])
def test_security_scopes_are_a_part_of_the_key_since_0_80(
    any_interpreter: Interpreter, seen: dict[str, Any], proof: str
) -> None:
    assert calls(seen[proof]) == {"get_user": 2 if any_interpreter.since("0.80.0") else 1}


def test_scopes_reached_the_dependencies_below_until_0_123(any_interpreter: Interpreter, seen: dict[str, Any]) -> None:
    several = any_interpreter.since("0.80.0") and not any_interpreter.since("0.123.0")
    result = seen["bad_session_below_scopes"]
    assert calls(result) == {"get_user": 1, "get_session": 2 if several else 1}
    assert result["body"] == {"same": not several}


def test_the_scope_argument_is_a_part_of_the_key_since_it_exists(
    any_interpreter: Interpreter, seen: dict[str, Any]
) -> None:
    bad, good = seen["bad_scope_argument"], seen["good_scope_argument"]
    if any_interpreter.since("0.121.0"):
        assert (calls(bad), bad["body"]) == ({"get_session": 2}, {"same": False})
        assert (calls(good), good["body"]) == ({"get_session": 1}, {"same": True})
    else:
        refused = "got an unexpected keyword argument 'scope'"
        assert refused in bad["import_error"]
        assert refused in good["import_error"]


def test_every_proof_has_an_expectation() -> None:
    assert {path.stem for path in PROOF.glob("*.py")} == {*TWICE, *ONCE, *BY_VERSION}
