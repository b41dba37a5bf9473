"""What an editor is told: on opening, on changing, on saving, of files that are open and of those that are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lsprotocol import types

from tests.lsp.client import DEPS, UNCACHED

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lsp.conftest import Connect

pytestmark = pytest.mark.asyncio


async def test_a_change_in_one_buffer_is_told_of_another_file_open_or_not(connect: Connect, project: Path) -> None:
    client = await connect(project)
    deps, items = client.open(project / "deps.py"), (project / "items.py").as_uri()
    assert await client.told(deps, lambda found: not found) == []
    client.change(deps, UNCACHED)
    found = await client.told(items)
    assert [one.code for one in found] == ["FL501"]
    assert found[0].source == "fastapi-lint"
    assert found[0].severity is types.DiagnosticSeverity.Warning
    assert found[0].code_description.href.endswith("/rules/uncached-duplicate-dependency/")
    related = {one.location.uri for one in found[0].related_information}
    assert deps in related
    client.change(deps, DEPS, 3)
    assert await client.told(items, lambda found: not found) == []
