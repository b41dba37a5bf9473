"""A server for a client, over its standard streams."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from lsprotocol import types
from pytest_lsp import client_capabilities

from tests.lsp.client import Client, new_client, write_project

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The folder of a project."""
    write_project(tmp_path / "shop")
    return tmp_path / "shop"


class Connect:
    """Starts servers and introduces clients to them."""

    def __init__(self) -> None:
        self.clients: list[Client] = []

    async def __call__(
        self,
        *folders: Path,
        capabilities: types.ClientCapabilities | None = None,
        settings: dict[str, object] | None = None,
        options: object = None,
        refreshes: list[str] | None = None,
    ) -> Client:
        """Return a client whose server knows the folders; without capabilities it is an old one that is told."""
        client = new_client(refreshes)
        self.clients.append(client)
        await client.start_io(sys.executable, "-m", "fastapi_lint", "server", "--no-cache")
        if settings is not None:
            client.set_configuration({"fastapi-lint": settings})
        capabilities = client_capabilities("neovim@v0.7.0") if capabilities is None else capabilities
        client.result = await client.initialize_session(
            types.InitializeParams(
                capabilities=capabilities,
                initialization_options=options,
                workspace_folders=[types.WorkspaceFolder(folder.as_uri(), folder.name) for folder in folders] or None,
            )
        )
        return client


@pytest_asyncio.fixture
async def connect() -> AsyncIterator[Connect]:
    """What connects a client with a server of its own."""
    made = Connect()
    yield made
    for client in made.clients:
        await asyncio.wait_for(client.shutdown_session(), 30)
        assert client._server.returncode == 0
        await client.stop()
