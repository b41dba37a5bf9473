"""What can be done about a finding: each action is made as an editor would, and the finding is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lsprotocol import types

from fastapi_lint.lsp.actions import OPEN_PAGE
from tests.lsp.client import applied

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lsp.client import Client
    from tests.lsp.conftest import Connect

pytestmark = pytest.mark.asyncio

HEAD = "from fastapi import FastAPI\n\napp = FastAPI()\n"
EVENT = 'app.on_event("startup")(print)'


async def offered(
    client: Client, uri: str, found: types.Diagnostic, only: list[str] | None = None
) -> dict[str, types.CodeAction]:
    context = types.CodeActionContext([found], only)
    asked = types.CodeActionParams(types.TextDocumentIdentifier(uri), found.range, context)
    return {action.title: action for action in await client.text_document_code_action_async(asked)}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (EVENT, f"{EVENT}  # fastapi-lint: ignore[FL302] TODO: say why"),
        (f'"🦄"; {EVENT}  # as ever', f'"🦄"; {EVENT}  # as ever  # fastapi-lint: ignore[FL302] TODO: say why'),
        (f"{EVENT}  # fastapi-lint: ignore[FL301] so", f"{EVENT}  # fastapi-lint: ignore[FL301, FL302] so"),
        (f"# fastapi-lint: ignore[FL301] so\n{EVENT}", f"# fastapi-lint: ignore[FL301, FL302] so\n{EVENT}"),
        (
            'app.add_event_handler(\n    "startup",\n    print,\n)',
            'app.add_event_handler(  # fastapi-lint: ignore[FL302] TODO: say why\n    "startup",\n    print,\n)',
        ),
        (
            'x = """\n""", app.on_event("startup")(print)',
            'x = """\n""", app.on_event("startup")(print)  # fastapi-lint: ignore[FL302] TODO: say why',
        ),
        (
            'if app:\n    app.on_event("startup")(print), """\n    """',
            "if app:\n    # fastapi-lint: ignore[FL302] TODO: say why\n"
            '    app.on_event("startup")(print), """\n    """',
        ),
        (
            'x = 1, \\\n    app.on_event("startup")(print), \\\n    2',
            '# fastapi-lint: ignore[FL302] TODO: say why\nx = 1, \\\n    app.on_event("startup")(print), \\\n    2',
        ),
        (
            f"{EVENT}; {'x' * 80} = 1",
            f"# fastapi-lint: ignore[FL302] TODO: say why\n{EVENT}; {'x' * 80} = 1",
        ),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
async def test_a_finding_is_ignored_where_it_stands_with_room_for_the_reason(
    connect: Connect, project: Path, line: str, expected: str, end: str
) -> None:
    client = await connect(project)
    before, after = ((HEAD + text + "\n").replace("\n", end) for text in (line, expected))
    main = client.open(project / "main.py", before)
    found = next(one for one in await client.told(main) if one.code == "FL302")
    action = (await offered(client, main, found))["Ignore FL302 here, with a reason"]
    assert action.kind == types.CodeActionKind.QuickFix
    text = applied(before, action.edit, main)
    assert text == after
    client.change(main, text)
    await client.told(main, lambda found: "FL302" not in {one.code for one in found})


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("", "# fastapi-lint: ignore-file[FL302] TODO: say why\n"),
        ("#!/usr/bin/python\n# coding: utf-8\n# More\n", "#!/usr/bin/python\n# coding: utf-8\n# fastapi-lint: "
         "ignore-file[FL302] TODO: say why\n# More\n"),
        ("# More\n# fastapi-lint: ignore-file[FL401] so\n", "# More\n# fastapi-lint: ignore-file[FL401, FL302] so\n"),
    ],
)  # fmt: skip
async def test_a_rule_is_ignored_in_a_file(connect: Connect, project: Path, head: str, expected: str) -> None:
    client = await connect(project)
    before = head + HEAD + EVENT + "\n"
    main = client.open(project / "main.py", before)
    found = next(one for one in await client.told(main) if one.code == "FL302")
    action = (await offered(client, main, found))["Ignore FL302 in this file"]
    text = applied(before, action.edit, main)
    assert text == expected + HEAD + EVENT + "\n"
    client.change(main, text)
    await client.told(main, lambda found: "FL302" not in {one.code for one in found})


async def test_what_no_comment_can_silence_is_offered_none_and_kinds_are_respected(
    connect: Connect, project: Path
) -> None:
    client = await connect(project)
    main = client.open(project / "main.py", HEAD + EVENT + "\ndef broken(:\n")
    found = {one.code: one for one in await client.told(main, lambda found: len(found) == 1)}
    assert not [title for title in await offered(client, main, found["FL000"]) if title.startswith("Ignore")]
    client.change(main, HEAD + EVENT)
    event = (await client.told(main, lambda found: {one.code for one in found} == {"FL302"}))[0]
    assert await offered(client, main, event, only=["refactor"]) == {}
    assert len(await offered(client, main, event, only=["quickfix"])) == 3


@pytest.mark.parametrize("can_show", [True, False])
async def test_the_rule_has_a_page(connect: Connect, project: Path, can_show: bool) -> None:
    window = types.WindowClientCapabilities(show_document=types.ShowDocumentClientCapabilities(can_show))
    client = await connect(project, capabilities=types.ClientCapabilities(window=window))
    main = client.open(project / "main.py", HEAD + EVENT)
    found = (await client.told(main))[0]
    assert "Read about FL302 (startup-event)" in await offered(client, main, found)
    asked = types.ExecuteCommandParams(OPEN_PAGE, [found.code_description.href])
    await client.workspace_execute_command_async(asked)
    other = types.ExecuteCommandParams(OPEN_PAGE, ["file:///etc/passwd"])
    await client.workspace_execute_command_async(other)
    shown = [one.uri for one in client.shown_documents] if can_show else [one.message for one in client.messages]
    assert shown == [found.code_description.href]


async def test_an_edit_is_tied_to_the_version_that_it_was_made_for(connect: Connect, project: Path) -> None:
    edit = types.WorkspaceEditClientCapabilities(document_changes=True)
    workspace = types.WorkspaceClientCapabilities(workspace_edit=edit)
    client = await connect(project, capabilities=types.ClientCapabilities(workspace=workspace))
    main = client.open(project / "main.py", HEAD + EVENT)
    found = (await client.told(main))[0]
    action = (await offered(client, main, found))["Ignore FL302 here, with a reason"]
    assert action.edit.document_changes[0].text_document == types.OptionalVersionedTextDocumentIdentifier(main, 1)


RETURNS = """\
from fastapi import Depends, FastAPI, HTTPException

app = FastAPI()


def user(name: str = "🦄"): return HTTPException(401)


@app.get("/")
def home(user=Depends(user)):
    "🦄"; return HTTPException(404)
"""


@pytest.mark.parametrize("encodings", [None, ["utf-8"]])
async def test_the_repair_of_a_rule_is_made_as_the_editor_counts(
    connect: Connect, project: Path, encodings: list[str] | None
) -> None:
    general = types.GeneralClientCapabilities(position_encodings=encodings)
    client = await connect(project, capabilities=types.ClientCapabilities(general=general))
    main = client.open(project / "main.py", RETURNS)
    found = next(one for one in await client.told(main) if one.range.start.line == 10)
    action = (await offered(client, main, found))["FL701: raise it"]
    assert (action.kind, action.is_preferred) == (types.CodeActionKind.QuickFix, True)
    width = 4 if encodings else 2
    start = types.Position(10, 4 + len('""; ') + width)
    (edit,) = action.edit.changes[main]
    assert edit == types.TextEdit(types.Range(start, types.Position(10, start.character + len("return"))), "raise")


async def test_all_safe_repairs_of_a_file_are_one_action(connect: Connect, project: Path) -> None:
    client = await connect(project)
    main = client.open(project / "main.py", RETURNS + EVENT + "\nx = 1  # fastapi-lint: ignore[FL101]\n")
    found = await client.told(main, lambda found: len(found) == 4)
    actions = await offered(client, main, found[0], only=["source.fixAll"])
    (action,) = actions.values()
    assert action.kind == "source.fixAll.fastapi-lint"
    text = applied(RETURNS + EVENT + "\nx = 1  # fastapi-lint: ignore[FL101]\n", action.edit, main)
    assert text == RETURNS.replace("return HTTP", "raise HTTP") + EVENT + "\nx = 1\n"
    client.change(main, text)
    assert [one.code for one in await client.told(main, lambda found: len(found) == 1)] == ["FL302"]
    assert await offered(client, main, found[0], only=["source.fixAll"]) == {}


async def test_a_repair_that_may_change_more_says_so_and_is_not_preferred(connect: Connect, project: Path) -> None:
    client = await connect(project)
    text = HEAD + '@app.on_event("startup")\ndef start(): ...\n'
    main = client.open(project / "main.py", text)
    event = (await client.told(main))[0]
    offers = await offered(client, main, event)
    (title,) = [title for title in offers if title.endswith("(may change what the code does)")]
    assert not offers[title].is_preferred
    mended = applied(text, offers[title].edit, main)
    assert "app = FastAPI(lifespan=lifespan)" in mended
    client.change(main, mended)
    await client.told(main, lambda found: not found)


async def test_a_repair_follows_the_text_that_is_there(connect: Connect, project: Path) -> None:
    client = await connect(project)
    main = client.open(project / "main.py", RETURNS)
    await client.told(main)
    moved = "# one\n# two\n" + RETURNS
    client.change(main, moved)
    told = await client.told(main, lambda found: 12 in {one.range.start.line for one in found})
    found = next(one for one in told if one.range.start.line == 12)
    action = (await offered(client, main, found))["FL701: raise it"]
    assert applied(moved, action.edit, main).splitlines()[12] == '    "🦄"; raise HTTPException(404)'
