"""The environments hold what their names say, and those beside a change of the truth are there or named."""

from __future__ import annotations

import pytest

from tests.oracle.interpreters import BOUNDARIES, Interpreter


def test_the_environment_holds_its_version(any_interpreter: Interpreter) -> None:
    assert any_interpreter.installed("fastapi") == any_interpreter.version


def test_the_neighbours_of_changes_are_there() -> None:
    missing = [version for version in BOUNDARIES if Interpreter.find(version) is None]
    if missing:
        pytest.skip(f"proofs that bracket a change leave out FastAPI {', '.join(missing)}: see tests/oracle/README.md")


def test_the_newest_version_is_there(newest: Interpreter) -> None:
    assert newest.python.exists()
