"""Keeps pytest out of the fixtures: they are projects to be read, and some of them have tests of their own."""

from __future__ import annotations

import pytest

collect_ignore = ["fixtures"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-fixtures", action="store_true", help="write the `.fixed` files anew, to be read")


@pytest.fixture
def update_fixtures(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-fixtures"))
