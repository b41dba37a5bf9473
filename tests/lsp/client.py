"""A real client, and a project that is wrong by a change in another file."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from lsprotocol import types
from pygls.protocol import default_converter
from pytest_lsp import LanguageClient
from pytest_lsp.client import register_lsp_features

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MAIN = """\
from fastapi import FastAPI
from fastapi.middleware.gzip import GZipMiddleware
from starlette.middleware.cors import CORSMiddleware

from deps import Session, get_session
import items

app = FastAPI()
app.add_middleware(CORSMiddleware)
app.add_middleware(GZipMiddleware)
app.include_router(items.router, prefix="/shop")
"""
ITEMS = """\
from fastapi import APIRouter, Depends

from deps import get_session, get_user

router = APIRouter()


@router.get("/items/{number}")
def show(number: int, session=Depends(get_session), user=Depends(get_user)):
    return number
"""
DEPS = """\
from fastapi import Depends


class Session: ...


def get_session():
    yield Session()


def get_user(session=Depends(get_session)):
    return 1
"""
UNCACHED = DEPS.replace("session=Depends(get_session)", "session=Depends(get_session, use_cache=False)")
"""Here `get_user` evaluates `get_session` once more: `items.py` is wrong by a change of `deps.py`."""


class Client(LanguageClient):
    """The client of pytest-lsp, with what an editor would do more."""

    def open(self, file: Path, text: str | None = None, language: str = "python") -> str:
        """Open a file and return its address."""
        text = file.read_text(encoding="utf-8") if text is None else text
        uri = file.as_uri()
        self.text_document_did_open(types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, language, 1, text)))
        return uri

    def change(self, uri: str, text: str, version: int = 2) -> None:
        """Replace the text of an open file."""
        self.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(version, uri),
                [types.TextDocumentContentChangeWholeDocument(text)],
            )
        )

    async def told(self, uri: str, wanted: Callable[[list[types.Diagnostic]], bool] = bool) -> list[types.Diagnostic]:
        """Return the diagnostics of a file once they are as wanted; fails where they never are."""
        for _ in range(1200):
            found = list(self.diagnostics.get(uri, []))
            if uri in self.diagnostics and wanted(found):
                return found
            await asyncio.sleep(0.05)
        pytest.fail(f"never told as wanted: {[one.message for one in self.diagnostics.get(uri, [])]}")


def write_project(folder: Path) -> None:
    """Write the project: clean, until `deps.py` says UNCACHED."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {"main.py": MAIN, "items.py": ITEMS, "deps.py": DEPS}.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "requirements.txt").write_text("fastapi==0.115.14\n", encoding="utf-8")


def new_client(refreshes: list[str] | None = None) -> Client:
    """Return a client that is not connected yet; it notes registrations, and what it is told to ask for again."""
    client = Client(converter_factory=default_converter)
    register_lsp_features(client)
    client.registrations = []

    @client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(params: types.RegistrationParams) -> None:
        client.registrations.extend(params.registrations)

    noted = refreshes if refreshes is not None else []
    for method in (types.WORKSPACE_CODE_LENS_REFRESH, types.WORKSPACE_INLAY_HINT_REFRESH):
        client.feature(method)(lambda _, method=method: noted.append(method))
    return client


def applied(text: str, edit: types.WorkspaceEdit, uri: str) -> str:
    """Return a text with the edits of its file made, as an editor that counts in UTF-16 makes them."""
    edits = list((edit.changes or {}).get(uri, []))
    for change in edit.document_changes or ():
        edits += change.edits if change.text_document.uri == uri else []
    assert edits
    lines = text.split("\n")

    def offset(position: types.Position) -> int:
        line = lines[position.line].encode("utf-16-le")[: 2 * position.character].decode("utf-16-le")
        return sum(len(one) + 1 for one in lines[: position.line]) + len(line)

    for one in sorted(edits, key=lambda one: offset(one.range.start), reverse=True):
        text = text[: offset(one.range.start)] + one.new_text + text[offset(one.range.end) :]
    return text
