"""Gives the proofs an interpreter for each FastAPI version, and says so clearly where one is missing."""

from __future__ import annotations

import pytest

from tests.oracle.interpreters import BOUNDARIES, NEWEST, SERVERS, VARIABLE, VERSIONS, Interpreter, folder, release


def _interpreter(version: str) -> Interpreter:
    found = Interpreter.find(version)
    if found is not None:
        return found
    place = folder() / f"fastapi-{version}"
    reason = place / "failure.txt"
    why = reason.read_text(encoding="utf-8").strip() if reason.is_file() else "it was not made"
    if version == NEWEST:
        pytest.fail(
            f"the oracle needs FastAPI {NEWEST} in {place} ({why}): run `make oracle-venvs`, "
            f"or name the folder of the environments in {VARIABLE}",
            pytrace=False,
        )
    pytest.skip(f"no environment with FastAPI {version} in {place}: {why}")


@pytest.fixture(scope="session", params=VERSIONS, ids=lambda version: f"fastapi-{version}")
def interpreter(request: pytest.FixtureRequest) -> Interpreter:
    """Each version in turn; a missing one is skipped, a missing newest one is a failure."""
    return _interpreter(request.param)


def _with_boundaries() -> list[str]:
    there = [version for version in BOUNDARIES if Interpreter.find(version)]
    return sorted([*VERSIONS, *there], key=release)


@pytest.fixture(scope="session", params=_with_boundaries(), ids=lambda version: f"fastapi-{version}")
def any_interpreter(request: pytest.FixtureRequest) -> Interpreter:
    """Each version in turn, and those next to a change of the truth, as far as somebody made them."""
    return _interpreter(request.param)


@pytest.fixture(scope="session", params=(VERSIONS[0], NEWEST), ids=lambda version: f"fastapi-{version}")
def outer_interpreter(request: pytest.FixtureRequest) -> Interpreter:
    """The oldest and the newest version only: for what costs server processes and did not change in between."""
    return _interpreter(request.param)


@pytest.fixture(scope="session")
def newest() -> Interpreter:
    """The newest version."""
    return _interpreter(NEWEST)


@pytest.fixture(scope="session", params=SERVERS, ids=lambda version: f"uvicorn-{version}")
def server(request: pytest.FixtureRequest) -> Interpreter:
    """Each version of uvicorn in turn, with gunicorn beside it; a missing one is skipped."""
    found = Interpreter.find(request.param, "uvicorn")
    if found is None:
        pytest.skip(f"no environment with uvicorn {request.param}: run `make oracle-venvs`")
    return found
