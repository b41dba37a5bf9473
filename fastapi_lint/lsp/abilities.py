"""What a client says that it can do, as far as the server minds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lsprotocol import types

_WATCHED: Final = (
    "**/*.{py,toml,yml,yaml,sh,bash,ini,cfg,conf,service,lock,txt,in}",
    "**/.fastapi-lint-baseline.json",
    "**/{*Dockerfile*,*dockerfile*,*Containerfile*,*containerfile*,Procfile*,Pipfile,.env*,.gitignore}",
)
"""The files whose change can change what is found: code, settings, dependencies, and what starts the project."""


@dataclass(frozen=True, slots=True)
class Abilities:
    """What the client can do: be asked for settings, pull, watch files, show a page, and more of the kind."""

    configuration: bool
    pull: bool
    refresh_diagnostics: bool
    refresh_code_lens: bool
    refresh_inlay_hints: bool
    watches_files: bool
    registers_configuration: bool
    shows_documents: bool
    versions_edits: bool

    @classmethod
    def of(cls, client: types.ClientCapabilities) -> Abilities:
        """Read what the client declares; what it does not declare it cannot."""
        workspace = client.workspace or types.WorkspaceClientCapabilities()
        document = client.text_document or types.TextDocumentClientCapabilities()
        window = client.window or types.WindowClientCapabilities()
        watching, changing = workspace.did_change_watched_files, workspace.did_change_configuration
        return cls(
            configuration=bool(workspace.configuration),
            pull=document.diagnostic is not None,
            refresh_diagnostics=bool(workspace.diagnostics and workspace.diagnostics.refresh_support),
            refresh_code_lens=bool(workspace.code_lens and workspace.code_lens.refresh_support),
            refresh_inlay_hints=bool(workspace.inlay_hint and workspace.inlay_hint.refresh_support),
            watches_files=bool(watching and watching.dynamic_registration),
            registers_configuration=bool(changing and changing.dynamic_registration),
            shows_documents=bool(window.show_document and window.show_document.support),
            versions_edits=bool(workspace.workspace_edit and workspace.workspace_edit.document_changes),
        )

    def registrations(self) -> list[types.Registration]:
        """Return what the client can be asked to tell of."""
        found: list[types.Registration] = []
        if self.watches_files:
            watchers = [types.FileSystemWatcher(pattern) for pattern in _WATCHED]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
            found.append(types.Registration("files", method, options))
        if self.registers_configuration:
            found.append(
                types.Registration("settings", types.WORKSPACE_DID_CHANGE_CONFIGURATION, {"section": "fastapi-lint"})
            )
        return found
