"""Clients that pull are answered when the present state was checked, and are pushed nothing."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tests.lsp.client import DEPS, MAIN, UNCACHED

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lsp.client import Client
    from tests.lsp.conftest import Connect

pytestmark = pytest.mark.asyncio

PULLING = types.ClientCapabilities(
    text_document=types.TextDocumentClientCapabilities(diagnostic=types.DiagnosticClientCapabilities()),
    workspace=types.WorkspaceClientCapabilities(diagnostics=types.DiagnosticWorkspaceClientCapabilities(True)),
)


async def pulled(client: Client, uri: str, known: str | None = None) -> types.DocumentDiagnosticReport:
    asked = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri), previous_result_id=known)
    return await client.text_document_diagnostic_async(asked)


async def test_a_client_that_pulls_is_answered_across_files(connect: Connect, project: Path) -> None:
    client = await connect(project, capabilities=PULLING)
    provider = client.result.capabilities.diagnostic_provider
    assert (provider.inter_file_dependencies, provider.workspace_diagnostics) == (True, True)
    deps, items = client.open(project / "deps.py"), client.open(project / "items.py")
    first = await pulled(client, items)
    assert first.items == ()
    client.change(deps, UNCACHED)
    second = await pulled(client, items, first.result_id)
    assert [one.code for one in second.items] == ["FL501"]
    same = await pulled(client, items, second.result_id)
    assert (same.kind, same.result_id) == ("unchanged", second.result_id)
    client.change(deps, DEPS, 3)
    assert (await pulled(client, items, second.result_id)).items == ()
    assert client.diagnostics == {}
    assert client.diagnostic_refresh_count > 0


async def test_the_whole_workspace_can_be_pulled(connect: Connect, project: Path) -> None:
    client = await connect(project, capabilities=PULLING)
    deps, items = client.open(project / "deps.py", UNCACHED), (project / "items.py").as_uri()
    first = await client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams([]))
    assert [(one.uri, one.version, [item.code for item in one.items]) for one in first.items] == [
        (items, None, ["FL501"])
    ]
    known = [types.PreviousResultId(items, first.items[0].result_id)]
    same = await client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams(known))
    assert [one.kind for one in same.items] == ["unchanged"]
    client.change(deps, DEPS)
    gone = await client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams(known))
    assert [(one.uri, one.items) for one in gone.items] == [(items, ())]


async def test_a_client_that_does_not_say_so_is_offered_no_pull(connect: Connect, project: Path) -> None:
    client = await connect(project)
    assert client.result.capabilities.diagnostic_provider is None


async def test_a_request_can_be_cancelled(connect: Connect, project: Path) -> None:
    client = await connect(project, capabilities=PULLING)
    main = client.open(project / "main.py")
    asked = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(main))
    request = client.protocol.send_request(types.TEXT_DOCUMENT_DIAGNOSTIC, asked, msg_id="first")
    client.cancel_request(types.CancelParams("first"))
    with pytest.raises(JsonRpcException) as error:
        await asyncio.wrap_future(request)
    assert error.value.code == types.LSPErrorCodes.RequestCancelled
    for version in range(2, 30):
        client.change(main, MAIN + "#" * version, version)
    assert (await pulled(client, main)).kind == "full"
