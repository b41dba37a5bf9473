"""FL605: since FastAPI 0.137 an included router is one entry of `app.routes`, without a path."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracle.interpreters import PROOFS, Interpreter

PROOF = PROOFS / "flat_routes_assumed"


@pytest.fixture(scope="module")
def seen(any_interpreter: Interpreter, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every proof of the rule under one version."""
    return any_interpreter.probe("request", list(PROOF.glob("*.py")), tmp_path_factory.mktemp("request"))


def test_the_loop_for_routes_passes_over_the_included(any_interpreter: Interpreter, seen: dict[str, Any]) -> None:
    found = ["/own"] if any_interpreter.since("0.137.0") else ["/v1/items", "/own"]
    assert seen["bad_isinstance"]["journal"] == found


def test_reading_the_path_of_every_entry_fails(any_interpreter: Interpreter, seen: dict[str, Any]) -> None:
    result = seen["bad_attribute"]
    if any_interpreter.since("0.137.0"):
        assert result["import_error"].startswith("AttributeError: '_IncludedRouter' object has no attribute 'path'")
    else:
        assert result["journal"] == ["/v1/items"]


def test_a_list_without_included_routers_is_flat(seen: dict[str, Any]) -> None:
    assert seen["good_leaf_router"]["journal"] == ["/items"]
    assert seen["good_before_include"]["journal"] == ["/own"]


def test_contexts_are_flat_where_there_are_some(any_interpreter: Interpreter, seen: dict[str, Any]) -> None:
    if any_interpreter.since("0.137.0") and not any_interpreter.since("0.137.2"):
        assert seen["good_contexts"]["import_error"].startswith("AttributeError: '_IncludedRouter'")
    else:
        assert seen["good_contexts"]["journal"] == ["/v1/items"]
