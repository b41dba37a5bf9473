"""Settings of the client and of the project, changed without a restart, and several folders at once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from lsprotocol import types

from fastapi_lint.engine.baseline import NAME, write_text
from fastapi_lint.engine.known import known_of
from fastapi_lint.engine.run import Request, run
from fastapi_lint.lsp.options import Options, read_options
from tests.lsp.client import write_project
from tests.lsp.test_pull import PULLING

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


def baseline(folder: Path, name: str = NAME) -> Path:
    """Write a baseline of what the project in a folder has, and return it."""
    report = run(Request((str(folder),), folder, jobs=1))
    file = folder / name
    file.write_text(write_text(known_of(report, folder, folder)), encoding="utf-8")
    return file


@pytest.mark.asyncio
@pytest.mark.parametrize("pulls", [False, True])
async def test_what_the_baseline_has_is_not_told(connect: Connect, project: Path, pulls: bool) -> None:
    (project / "main.py").write_text(TEXT, encoding="utf-8")
    file = baseline(project)
    client = await connect(project, capabilities=PULLING if pulls else None)

    async def told(uri: str, count: int) -> list[object]:
        if not pulls:
            return [one.code for one in await client.told(uri, lambda found: len(found) == count)]
        asked = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri))
        return [one.code for one in (await client.text_document_diagnostic_async(asked)).items]

    def saved() -> None:
        event = types.FileEvent(file.as_uri(), types.FileChangeType.Changed)
        client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))

    main = client.open(project / "main.py")
    assert await told(main, 0) == []
    client.change(main, "# moved\n" + TEXT + 'app.on_event("shutdown")(print)\n')
    assert await told(main, 1) == ["FL302"]
    known = file.read_bytes()
    file.unlink()
    saved()
    assert await told(main, 2) == ["FL302", "FL302"]
    file.write_bytes(known)
    saved()
    assert await told(main, 1) == ["FL302"]
    assert file.read_bytes() == known


@pytest.mark.asyncio
async def test_a_broken_baseline_is_shown_where_it_is_broken_and_stays(connect: Connect, project: Path) -> None:
    file = project / NAME
    file.write_text('{"version": 1,\n "findings"', encoding="utf-8")
    client = await connect(project)
    main = client.open(project / "main.py", TEXT)
    mistake = (await client.told(file.as_uri()))[0]
    assert (mistake.range.start.line, mistake.severity) == (1, types.DiagnosticSeverity.Error)
    assert "the baseline is no JSON" in mistake.message
    assert file.read_text(encoding="utf-8") == '{"version": 1,\n "findings"'
    file.unlink()
    client.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(main)))
    assert await client.told(main)
    assert await client.told(file.as_uri(), lambda found: not found) == []


@pytest.mark.asyncio
async def test_a_client_may_name_another_baseline(connect: Connect, project: Path) -> None:
    (project / "main.py").write_text(TEXT, encoding="utf-8")
    baseline(project, "known.json")
    client = await connect(project, capabilities=ASKED, settings={"baseline": "known.json"})
    main = client.open(project / "main.py")
    assert await client.told(main, lambda found: not found) == []
    reconfigured(client, {"baseline": "none.json"})
    await client.told(main, lambda found: not found)
    while not client.messages:
        await asyncio.sleep(0.05)
    assert "none.json does not exist" in client.messages[0].message
    reconfigured(client, {})
    assert await client.told(main)


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
