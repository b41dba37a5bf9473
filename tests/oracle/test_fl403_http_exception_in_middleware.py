"""FL403: an `HTTPException` of a middleware reaches no handler; the server sees it and the client gets 500."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracle.interpreters import PROOFS, Interpreter

PROOF = PROOFS / "http_exception_in_middleware"
NAMES = sorted(path.stem for path in PROOF.glob("*.py"))


@pytest.fixture(scope="module")
def seen(interpreter: Interpreter, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every proof of the rule under one version."""
    return interpreter.probe("request", list(PROOF.glob("*.py")), tmp_path_factory.mktemp("request"))


@pytest.mark.parametrize("proof", [name for name in NAMES if name.startswith("bad_")])
def test_the_client_gets_500_and_the_server_the_exception(seen: dict[str, Any], proof: str) -> None:
    assert seen[proof]["status"] == 500
    # With anyio 4 some versions of Starlette wrap it in a group.
    assert seen[proof]["error"].startswith(("HTTPException", "ExceptionGroup"))


@pytest.mark.parametrize("proof", [name for name in NAMES if name.startswith("good_")])
def test_what_is_answered_inside_is_no_error(seen: dict[str, Any], proof: str) -> None:
    assert (seen[proof]["status"], seen[proof]["error"]) == (401, None)


def test_there_are_proofs_of_both_kinds() -> None:
    assert {name.partition("_")[0] for name in NAMES} == {"bad", "good"}
