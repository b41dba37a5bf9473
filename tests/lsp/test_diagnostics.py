"""What an editor is told: on opening, on changing, on saving, of files that are open and of those that are not."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from lsprotocol import types

from tests.lsp.client import DEPS, ITEMS, MAIN, UNCACHED

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lsp.conftest import Connect

pytestmark = pytest.mark.asyncio

CACHE = """\
from fastapi import FastAPI

app = FastAPI()
names = {}


@app.on_event("startup")
def load():
    names.clear()


@app.get("/{key}")
def show(key: str):
    names[key] = key
    return names.get(key)
"""


def codes(found: list[types.Diagnostic]) -> list[object]:
    return [one.code for one in found]


async def test_a_change_in_one_buffer_is_told_of_another_file_open_or_not(connect: Connect, project: Path) -> None:
    client = await connect(project)
    deps, items = client.open(project / "deps.py"), (project / "items.py").as_uri()
    assert await client.told(deps, lambda found: not found) == []
    client.change(deps, UNCACHED)
    found = await client.told(items)
    assert codes(found) == ["FL501"]
    assert found[0].source == "fastapi-lint"
    assert found[0].severity is types.DiagnosticSeverity.Warning
    assert found[0].code_description.href.endswith("/rules/uncached-duplicate-dependency/")
    related = {one.location.uri for one in found[0].related_information}
    assert deps in related
    client.change(deps, DEPS, 3)
    assert await client.told(items, lambda found: not found) == []
    client.change(deps, UNCACHED, 4)
    await client.told(items)
    client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(deps)))
    assert await client.told(items, lambda found: not found) == []


async def test_what_is_deprecated_is_tagged_and_what_suppresses_nothing_is_faded(
    connect: Connect, project: Path
) -> None:
    client = await connect(project)
    main = client.open(project / "main.py", CACHE + "x = 1  # fastapi-lint: ignore[FL301]\n")
    found = {one.code: one for one in await client.told(main, lambda found: len(found) > 1)}
    assert found["FL302"].tags == (types.DiagnosticTag.Deprecated,)
    assert found["FL001"].tags == (types.DiagnosticTag.Unnecessary,)


async def test_a_broken_buffer_keeps_its_last_good_facts_where_its_rows_are(connect: Connect, project: Path) -> None:
    (project / "deps.py").write_text(UNCACHED, encoding="utf-8")
    client = await connect(project)
    items = client.open(project / "items.py")
    row = (await client.told(items))[0].range.start.line
    client.change(items, "# one\n# two\n" + ITEMS + "\ndef broken(:\n")
    found = {one.code: one for one in await client.told(items, lambda found: len(found) == 2)}
    assert found["FL501"].range.start.line == row + 2
    assert found["FL000"].range.start.line == len(ITEMS.splitlines()) + 3


async def test_a_buffer_that_was_opened_broken_is_known_from_its_file(connect: Connect, project: Path) -> None:
    (project / "deps.py").write_text(UNCACHED, encoding="utf-8")
    client = await connect(project)
    items = client.open(project / "items.py", ITEMS + "\ndef broken(:\n")
    assert sorted(codes(await client.told(items, lambda found: len(found) == 2))) == ["FL000", "FL501"]


@pytest.mark.parametrize(("offered", "units"), [(["utf-8"], 4), (None, 2), (["utf-32", "utf-16"], 1)])
async def test_columns_are_counted_as_was_agreed(
    connect: Connect, project: Path, offered: list[str] | None, units: int
) -> None:
    general = types.GeneralClientCapabilities(position_encodings=offered)
    client = await connect(project, capabilities=types.ClientCapabilities(general=general))
    text = 'from fastapi import FastAPI\napp = FastAPI()\nx = "🦄"; app.on_event("startup")(print)\n'
    main = client.open(project / "main.py", text)
    found = await client.told(main)
    assert found[0].range.start == types.Position(2, len('x = ""; ') + units)
    assert client.result.capabilities.position_encoding == (offered or ["utf-16"])[0]


async def test_the_server_is_silent_about_other_projects_and_files(connect: Connect, tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("def broken(:\n", encoding="utf-8")
    (tmp_path / "setup.py").write_text("", encoding="utf-8")
    client = await connect(tmp_path)
    fine = client.open(tmp_path / "setup.py")
    untitled = types.TextDocumentItem("untitled:Untitled-1", "python", 1, "def broken(:\n")
    client.text_document_did_open(types.DidOpenTextDocumentParams(untitled))
    assert await client.told(fine, lambda found: not found) == []
    assert [uri for uri, found in client.diagnostics.items() if found] == []


async def test_a_deployment_file_on_disk_counts_once_the_client_tells_of_it(connect: Connect, project: Path) -> None:
    workspace = types.WorkspaceClientCapabilities(
        did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True)
    )
    client = await connect(project, capabilities=types.ClientCapabilities(workspace=workspace))
    main = client.open(project / "main.py", CACHE)
    assert codes(await client.told(main)) == ["FL302"]
    while not client.registrations:
        await asyncio.sleep(0.05)
    watched = " ".join(one["globPattern"] for one in client.registrations[0].register_options["watchers"])
    assert "py" in watched
    assert "ockerfile" in watched
    dockerfile = project / "Dockerfile"
    dockerfile.write_text('FROM python\nCMD ["uvicorn", "main:app", "--workers", "4"]\n', encoding="utf-8")
    event = types.FileEvent(dockerfile.as_uri(), types.FileChangeType.Created)
    client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
    found = await client.told(main, lambda found: len(found) == 2)
    assert sorted(codes(found)) == ["FL101", "FL302"]
    cache = next(one for one in found if one.code == "FL101")
    assert dockerfile.as_uri() in {one.location.uri for one in cache.related_information}


async def test_saving_looks_at_the_disk_again_for_clients_that_watch_nothing(connect: Connect, project: Path) -> None:
    client = await connect(project)
    main, items = client.open(project / "main.py"), (project / "items.py").as_uri()
    assert await client.told(main, lambda found: not found) == []
    (project / "deps.py").write_text(UNCACHED, encoding="utf-8")
    client.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(main)))
    assert codes(await client.told(items)) == ["FL501"]


async def test_a_new_file_counts_before_it_is_saved(connect: Connect, project: Path) -> None:
    client = await connect(project)
    client.open(project / "main.py", MAIN + "import late\napp.include_router(late.router)\n")
    twice = ITEMS.replace(
        "session=Depends(get_session), user=Depends(get_user)",
        "user=Depends(get_user), session=Depends(get_session, use_cache=False)",
    )
    late = client.open(project / "late.py", twice)
    assert codes(await client.told(late)) == ["FL501"]
