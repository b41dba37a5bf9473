"""Settings of the client and of the project, changed without a restart, and several folders at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lsprotocol import types

from fastapi_lint.lsp.options import Options, read_options
from tests.lsp.client import write_project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lsp.client import Client
    from tests.lsp.conftest import Connect

ASKED = types.ClientCapabilities(workspace=types.WorkspaceClientCapabilities(configuration=True))
TEXT = 'from fastapi import FastAPI\n\napp = FastAPI()\napp.on_event("startup")(print)\n'


def reconfigured(client: Client, settings: dict[str, object]) -> None:
    client.set_configuration({"fastapi-lint": settings})
    client.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))


@pytest.mark.asyncio
async def test_the_settings_of_the_client_are_asked_for_and_may_change(connect: Connect, project: Path) -> None:
    client = await connect(project, capabilities=ASKED, settings={"ignore": ["FL302"]})
    main = client.open(project / "main.py", TEXT)
    assert await client.told(main, lambda found: not found) == []
    reconfigured(client, {})
    assert await client.told(main)
    reconfigured(client, {"enable": False})
    assert await client.told(main, lambda found: not found) == []
    reconfigured(client, {"select": ["FL302"], "codelens": False})
    assert await client.told(main)
    assert [one.message for one in client.messages] == [
        "fastapi-lint: the setting `fastapi-lint.codelens` does not exist; did you mean `codeLens`?"
    ]


@pytest.mark.asyncio
async def test_a_client_that_cannot_be_asked_says_its_settings(connect: Connect, project: Path) -> None:
    plain = types.ClientCapabilities()
    client = await connect(project, capabilities=plain, options={"ignore": ["FL302"], "codeLens": False})
    main = client.open(project / "main.py", TEXT)
    assert await client.told(main, lambda found: not found) == []
    asked = types.CodeLensParams(types.TextDocumentIdentifier(main))
    assert await client.text_document_code_lens_async(asked) == ()
    sent = types.DidChangeConfigurationParams({"fastapi-lint": {"ignore": []}})
    client.workspace_did_change_configuration(sent)
    assert await client.told(main)


@pytest.mark.asyncio
async def test_the_settings_of_the_project_are_read_again_and_their_mistakes_shown(
    connect: Connect, project: Path
) -> None:
    client = await connect(project)
    main, file = client.open(project / "main.py", TEXT), project / "fastapi-lint.toml"
    assert await client.told(main)

    def saved(text: str) -> None:
        file.write_text(text, encoding="utf-8")
        event = types.FileEvent(file.as_uri(), types.FileChangeType.Changed)
        client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))

    saved('ignore = ["FL302"]\n')
    assert await client.told(main, lambda found: not found) == []
    saved('fail-on = "warning"\n# "🦄"\nignor = ["FL302"]\n')
    mistake = (await client.told(file.as_uri()))[0]
    assert (mistake.range.start, mistake.severity) == (types.Position(2, 0), types.DiagnosticSeverity.Error)
    assert "ignor" in mistake.message
    saved("")
    assert await client.told(main)
    assert await client.told(file.as_uri(), lambda found: not found) == []


@pytest.mark.asyncio
async def test_folders_come_and_go_and_each_has_its_own_settings(connect: Connect, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    write_project(first)
    write_project(second)
    for folder in (first, second):
        (folder / "main.py").write_text(TEXT, encoding="utf-8")
    client = await connect(first, capabilities=ASKED)
    client.set_configuration({"fastapi-lint": {"ignore": ["FL3"]}}, scope_uri=second.as_uri())
    one, two = ((folder / "main.py").as_uri() for folder in (first, second))
    assert await client.told(one)
    added = types.WorkspaceFoldersChangeEvent([types.WorkspaceFolder(second.as_uri(), "second")], [])
    client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(added))
    client.open(second / "main.py")
    assert await client.told(two, lambda found: not found) == []
    removed = types.WorkspaceFoldersChangeEvent([], [types.WorkspaceFolder(first.as_uri(), "first")])
    client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(removed))
    assert await client.told(one, lambda found: not found) == []


@pytest.mark.asyncio
async def test_a_file_outside_of_all_folders_is_checked_with_its_own_project(connect: Connect, project: Path) -> None:
    client = await connect()
    main = client.open(project / "main.py", TEXT)
    assert await client.told(main)
    client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(main)))
    assert await client.told(main, lambda found: not found) == []


@pytest.mark.parametrize(
    ("value", "options", "problems"),
    [
        (None, Options(), 0),
        ({}, Options(), 0),
        ({"fastapi-lint": {"enable": False}}, Options(enable=False), 0),
        ({"settings": {"showPossible": True, "path": "x"}}, Options(show_possible=True), 0),
        ({"preview": True}, Options(preview=True), 0),
        ({"preview": "yes"}, Options(), 1),
        ({"extendSelect": ["FL9"], "targetVersion": ["fastapi=0.100"]},
         Options(extend_select=("FL9",), target_version=("fastapi=0.100",)), 0),
        ({"select": "FL9", "enable": 1, "configuration": []}, Options(), 3),
        ({"nonsense": 1}, Options(), 1),
        (5, Options(), 1),
        ({"fastapi-lint": 5}, Options(), 1),
    ],
)  # fmt: skip
def test_options_are_read_and_their_mistakes_named(value: object, options: Options, problems: int) -> None:
    found, said = read_options(value)
    assert (found, len(said)) == (options, problems)
