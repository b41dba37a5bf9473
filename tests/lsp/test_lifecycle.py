"""What an editor shows of the lifecycle: under the mouse, above endpoints, and beside middleware."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lsprotocol import types

from tests.lsp.client import DEPS, ITEMS, MAIN

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lsp.client import Client
    from tests.lsp.conftest import Connect

pytestmark = pytest.mark.asyncio


async def hovered(client: Client, uri: str, text: str, sought: str, shift: int = 1) -> str:
    """Return what is shown where a text stands; nothing is an empty text."""
    offset = text.index(sought) + shift
    line = text.count("\n", 0, offset)
    before = text[text.rfind("\n", 0, offset) + 1 : offset]
    position = types.Position(line, len(before.encode("utf-16-le")) // 2)
    asked = types.HoverParams(types.TextDocumentIdentifier(uri), position)
    found = await client.text_document_hover_async(asked)
    return found.contents.value if found is not None else ""


async def test_a_suppression_shows_its_rule(connect: Connect, project: Path) -> None:
    client = await connect(project)
    text = (
        '"🦄"  # fastapi-lint: ignore[FL302, in-process-cache] as startup-event is fine\n'
        "x = 1  # noqa: E501, FL101\n"
        "y = 2  # fastapi-lint: ignore[FL3, FL999]\n"
        'z = "FL302"\n'
    )
    main = client.open(project / "main.py", text)
    assert (await hovered(client, main, text, "FL302")).startswith("**FL302** `startup-event` (warning)\n\n")
    assert "## Why it is bad" in await hovered(client, main, text, "FL302")
    assert "**FL101** `in-process-cache`" in await hovered(client, main, text, "in-process-cache")
    assert "**FL101** `in-process-cache`" in await hovered(client, main, text, "FL101")
    assert "- [FL301](https://" in await hovered(client, main, text, "FL3, ")
    for nothing in ("FL999", "startup-event is", "E501", 'FL302"'):
        assert await hovered(client, main, text, nothing) == ""


async def test_a_route_decorator_shows_the_life_of_a_request(connect: Connect, project: Path) -> None:
    client = await connect(project)
    items = client.open(project / "items.py")
    assert await hovered(client, items, ITEMS, "router.get") == (
        "**`GET /shop/items/{number}`** in `main:app`\n"
        "\n"
        "1. Middleware, from the outside in: `starlette.middleware.gzip:GZipMiddleware`, "
        "`starlette.middleware.cors:CORSMiddleware`\n"
        "1. Dependencies, 2 calls in this order\n"
        "   1. `deps:get_session` (generator) → `session`\n"
        "   2. `deps:get_session` → `session`, from the cache\n"
        "   3. `deps:get_user` (function) → `user`\n"
        "1. Endpoint `items:show`\n"
        "1. Exit code, before the response is sent\n"
        "   1. `deps:get_session after its yield`"
    )
    assert await hovered(client, items, ITEMS, "return number") == ""


async def test_what_a_project_is_called_can_only_be_text(connect: Connect, project: Path) -> None:
    client = await connect(project)
    text = 'from fastapi import FastAPI\napp = FastAPI()\n@app.get("/`<b>![x](y)\\n")\ndef f(): ...\n'
    main = client.open(project / "main.py", text)
    first = (await hovered(client, main, text, "app.get")).splitlines()[0]
    assert first == "**`` GET /`<b>![x](y)\\n ``** in `main:app`"


async def test_each_endpoint_has_its_full_paths_and_calls_above_it(connect: Connect, project: Path) -> None:
    client = await connect(project)
    main = client.open(project / "main.py", MAIN + 'app.include_router(items.router, prefix="/shop")\n')
    items = client.open(project / "items.py")
    asked = types.CodeLensParams(types.TextDocumentIdentifier(items))
    lenses = await client.text_document_code_lens_async(asked)
    assert [(lens.range.start.line, lens.command.title) for lens in lenses] == [
        (7, "GET /shop/items/{number}, 2 dependency calls"),
        (7, "GET /shop/items/{number}: never reached, GET /shop/items/{number} answers before it"),
    ]
    client.change(items, "\n" + ITEMS)
    assert {lens.range.start.line for lens in await client.text_document_code_lens_async(asked)} == {8}
    assert await client.text_document_code_lens_async(types.CodeLensParams(types.TextDocumentIdentifier(main))) == ()


async def test_each_middleware_has_its_real_position_beside_it(connect: Connect, project: Path) -> None:
    client = await connect(project)
    text = MAIN + "app.add_middleware(GZipMiddleware, minimum_size=5)\n"
    main = client.open(project / "main.py", text)
    whole = types.Range(types.Position(0, 0), types.Position(99, 0))
    asked = types.InlayHintParams(types.TextDocumentIdentifier(main), whole)
    found = await client.text_document_inlay_hint_async(asked)
    rows = text.splitlines()
    assert [(rows[one.position.line], one.position.character, one.label) for one in found] == [
        (row, len(row), label)
        for row, label in (
            ("app.add_middleware(CORSMiddleware)", "innermost of 3"),
            ("app.add_middleware(GZipMiddleware)", "2 of 3 from the outside"),
            ("app.add_middleware(GZipMiddleware, minimum_size=5)", "outermost of 3"),
        )
    ]
    assert found[0].tooltip.value.splitlines()[-1] == "3. `starlette.middleware.cors:CORSMiddleware` (this one)"
    last = types.Range(types.Position(len(rows) - 1, 0), types.Position(len(rows), 0))
    asked = types.InlayHintParams(types.TextDocumentIdentifier(main), last)
    assert [one.label for one in await client.text_document_inlay_hint_async(asked)] == ["outermost of 3"]


async def test_what_is_shown_follows_other_buffers_and_the_client_is_told_to_ask_again(
    connect: Connect, project: Path
) -> None:
    refreshes: list[str] = []
    workspace = types.WorkspaceClientCapabilities(
        code_lens=types.CodeLensWorkspaceClientCapabilities(refresh_support=True),
        inlay_hint=types.InlayHintWorkspaceClientCapabilities(refresh_support=True),
    )
    client = await connect(project, capabilities=types.ClientCapabilities(workspace=workspace), refreshes=refreshes)
    items, deps = client.open(project / "items.py"), client.open(project / "deps.py")
    client.change(deps, DEPS.replace("session=Depends(get_session)", ""))
    asked = types.CodeLensParams(types.TextDocumentIdentifier(items))
    client.change(client.open(project / "main.py"), MAIN.replace('prefix="/shop"', 'prefix="/late"'))
    titles = [lens.command.title for lens in await client.text_document_code_lens_async(asked)]
    assert titles == ["GET /late/items/{number}, 2 dependency calls"]
    assert {"workspace/codeLens/refresh", "workspace/inlayHint/refresh"} <= set(refreshes)
