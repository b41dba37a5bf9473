"""FL801: where a blocking call stops the event loop, and where it runs in a thread."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracle.interpreters import PROOFS, Interpreter

PROOF = PROOFS / "blocking_call_in_async"

STOPS = ("bad_background", "bad_dependency", "bad_endpoint", "bad_handler", "bad_helper", "bad_middleware")
GOES_ON = {
    "good_def_background": 1,
    "good_def_dependency": 4,
    "good_def_endpoint": 1,
    "good_def_handler": 1,
    "good_stream": 1,
    "good_threads": 3,
}
"""The look-alikes, with how often they wait."""

AT_START = ("bad_startup",)


@pytest.fixture(scope="module")
def seen(any_interpreter: Interpreter, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every proof that serves a request, under one version."""
    files = [PROOF / f"{stem}.py" for stem in (*STOPS, *GOES_ON)]
    return any_interpreter.probe("request", files, tmp_path_factory.mktemp("request"))


@pytest.mark.parametrize("proof", STOPS)
def test_nothing_else_runs_in_the_meantime(seen: dict[str, Any], proof: str) -> None:
    assert (seen[proof]["status"], seen[proof]["journal"]) == (200, ["the loop stood still"])


@pytest.mark.parametrize("proof", sorted(GOES_ON))
def test_a_thread_lets_the_loop_go_on(seen: dict[str, Any], proof: str) -> None:
    assert (seen[proof]["status"], seen[proof]["journal"]) == (200, ["the loop went on"] * GOES_ON[proof])


@pytest.mark.parametrize("proof", AT_START)
def test_plain_handlers_of_start_up_run_on_the_loop(outer_interpreter: Interpreter, tmp_path: Any, proof: str) -> None:
    result = outer_interpreter.probe("lifespan", [PROOF / f"{proof}.py"], tmp_path)[proof]
    assert (result["startup"], result["journal"]) == ("startup.complete", ["the loop stood still"])


def test_every_proof_has_an_expectation() -> None:
    assert {path.stem for path in PROOF.glob("*.py")} == {*STOPS, *GOES_ON, *AT_START, "ticking"}
