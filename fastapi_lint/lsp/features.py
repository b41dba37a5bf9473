"""The messages of the protocol that the server answers, and the way from its start to its end."""

from __future__ import annotations

import gc
import os
import sys
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from lsprotocol import types

from fastapi_lint.lsp.answers import answer, offer_pull
from fastapi_lint.lsp.server import Server
from fastapi_lint.lsp.stream import Incoming, Outgoing, quieten

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_GONE: Final = 1
"""The exit code of a server whose client went away without a word, as the protocol has it."""


def serve(cache: Path | None, tell: Callable[[str], None]) -> int:
    """Serve the client on the standard streams until it ends or goes away, and return the exit code.

    `cache` is the folder that keeps facts; `tell` says a line on standard error. Raises ConfigError where something
    else than the protocol comes in.
    """
    quieten(tell)
    gc.disable()  # each project looks for garbage when nobody waits
    server = Server(cache, tell)
    _listen_to_session(server)
    _listen_to_documents(server)
    answer(server)
    # The library's types ask for whole files, its code for what these have.
    streams = cast("tuple[BinaryIO, BinaryIO]", (Incoming(sys.stdin.buffer), Outgoing(partial(os._exit, _GONE))))
    server.start_io(*streams)
    return 0 if server.is_shut_down else _GONE


def _listen_to_session(server: Server) -> None:
    """Let the server hear of its start and its end, of settings and folders."""

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        server.meet(params)
        if server.abilities.pull:
            offer_pull(server)

    @server.feature(types.INITIALIZED)
    async def initialized(_: types.InitializedParams) -> None:
        await server.begin()

    @server.feature(types.SHUTDOWN)
    def shutdown(_: None) -> None:
        server.is_shut_down = True

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def did_change_configuration(params: types.DidChangeConfigurationParams) -> None:
        await server.reconfigure(params.settings)

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def did_change_workspace_folders(params: types.DidChangeWorkspaceFoldersParams) -> None:
        for folder in params.event.removed:
            server.remove_folder(folder.uri)
        for folder in params.event.added:
            server.add_folder(folder.uri)
        await server.reconfigure()


def _listen_to_documents(server: Server) -> None:
    """Let the server hear what opens, changes and closes."""

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def did_open(params: types.DidOpenTextDocumentParams) -> None:
        server.opened(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(params: types.DidChangeTextDocumentParams) -> None:
        server.opened(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def did_save(params: types.DidSaveTextDocumentParams) -> None:
        server.changed_on_disk([params.text_document.uri])

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(params: types.DidCloseTextDocumentParams) -> None:
        server.closed(params.text_document.uri)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def did_change_watched_files(params: types.DidChangeWatchedFilesParams) -> None:
        server.changed_on_disk([change.uri for change in params.changes])
