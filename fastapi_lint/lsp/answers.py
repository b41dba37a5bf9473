"""The questions of the protocol that the server answers: what can be done, what is under the mouse, what to pull."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from fastapi_lint.lsp.actions import FIX_ALL, KINDS, OPEN_PAGE, Actions
from fastapi_lint.lsp.diagnostics import rows_of
from fastapi_lint.lsp.hover import documentation, mention_at
from fastapi_lint.lsp.life import Life
from fastapi_lint.lsp.marks import hints, lenses, stories
from fastapi_lint.rules.rule import DOCUMENTATION_URL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi_lint.core.finding import Edit
    from fastapi_lint.lsp.checker import Texts
    from fastapi_lint.lsp.folders import Owned
    from fastapi_lint.lsp.marks import Ranged
    from fastapi_lint.lsp.server import Server


def answer(server: Server) -> None:
    """Let the server answer."""
    _answer_about_findings(server)
    _answer_about_lives(server)


def _answer_about_findings(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=list(KINDS)))
    async def code_action(params: types.CodeActionParams) -> list[types.CodeAction]:
        owned = server.folders.owner(params.text_document.uri)
        checked = await owned.project.mended() if owned is not None else None
        text = server.text_of(params.text_document.uri)
        if owned is None or checked is None or text is None:
            return []
        actions = _actions(server, owned, checked.texts, params.text_document.uri, text)
        shown = server.shown(owned, checked)
        found: list[types.CodeAction] = []
        if _wanted(params.context.only, types.CodeActionKind.QuickFix.value):
            found += actions.on(one for one in shown if _overlap(one.shown.range, params.range))
        if _wanted(params.context.only, FIX_ALL):
            found += actions.all_repairs(shown)
        return found

    @server.command(OPEN_PAGE)
    async def open_page(url: str) -> None:
        if url.startswith(f"{DOCUMENTATION_URL}/"):
            await server.show_page(url)


def _answer_about_lives(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(params: types.HoverParams) -> types.Hover | None:
        uri, position = params.text_document.uri, params.position
        rows = rows_of(server.text_of(uri) or "")
        row = rows[position.line] if position.line < len(rows) else ""
        mention = mention_at(row, server.units.index(row, position.character))
        if mention is not None:
            text = documentation(mention.text)
            start, end = (server.units.count(row[:column]) for column in (mention.start, mention.end))
            place = types.Range(types.Position(position.line, start), types.Position(position.line, end))
            return _markdown(text, place) if text else None
        life, ranged = await _life(server, uri)
        told = stories(life, ranged, position) if ranged is not None else None
        return _markdown(*told) if told is not None else None

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensOptions(resolve_provider=False))
    async def code_lens(params: types.CodeLensParams) -> list[types.CodeLens]:
        owned = server.folders.owner(params.text_document.uri)
        if owned is None or not server.options_of(owned.project).code_lens:
            return []
        life, ranged = await _life(server, params.text_document.uri)
        return list(lenses(life, ranged)) if ranged is not None else []

    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT, types.InlayHintOptions(resolve_provider=False))
    async def inlay_hint(params: types.InlayHintParams) -> list[types.InlayHint]:
        owned = server.folders.owner(params.text_document.uri)
        if owned is None or not server.options_of(owned.project).inlay_hints:
            return []
        life, ranged = await _life(server, params.text_document.uri)
        return list(hints(life, ranged, params.range)) if ranged is not None else []


def offer_pull(server: Server) -> None:
    """Let the client pull diagnostics, of a document and of the whole workspace, for findings cross files."""
    options = types.DiagnosticOptions(
        inter_file_dependencies=True, workspace_diagnostics=True, identifier="fastapi-lint"
    )

    @server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, options)
    async def document_diagnostic(params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        uri = params.text_document.uri
        items, result = server.pulled(await server.settled_owner(uri), uri)
        if result == params.previous_result_id:
            return types.RelatedUnchangedDocumentDiagnosticReport(result)
        return types.RelatedFullDocumentDiagnosticReport(items, result_id=result)

    @server.feature(types.WORKSPACE_DIAGNOSTIC)
    async def workspace_diagnostic(params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
        for project in server.folders.projects:
            await project.settled()
        known = {one.uri: one.value for one in params.previous_result_ids}
        reports: list[types.WorkspaceDocumentDiagnosticReport] = []
        for uri in sorted({*known, *server.uris_with_findings()}):
            items, result = server.pulled(server.folders.owner(uri), uri)
            version = server.version_of(uri)
            if known.get(uri) == result:
                reports.append(
                    types.WorkspaceUnchangedDocumentDiagnosticReport(uri=uri, result_id=result, version=version)
                )
            else:
                reports.append(
                    types.WorkspaceFullDocumentDiagnosticReport(uri=uri, items=items, version=version, result_id=result)
                )
        return types.WorkspaceDiagnosticReport(reports)


async def _life(server: Server, uri: str) -> tuple[Life, Ranged | None]:
    """Return what is shown of the lifecycle in a file, and what says where its places are now."""
    owned = server.folders.owner(uri)
    if owned is None:
        return Life(), None
    lives = await owned.project.lives()
    life = lives.files.get(owned.path)
    return (life, server.ranged(owned, lives.texts)) if life is not None else (Life(), None)


def _actions(server: Server, owned: Owned, texts: Texts, uri: str, text: str) -> Actions:
    def ranges(edit: Edit) -> tuple[str, types.Range] | None:
        if edit.place is None:
            return None
        path = edit.place.filename
        edited = server.uri_of(owned.project, path)
        now = server.text_of(edited)
        if now is not None and rows_of(now) != texts.rows(path):
            return None
        return edited, server.units.range(edit.place, texts.line)

    end = "\r\n" if "\r\n" in text else "\n"
    return Actions(owned.path, uri, rows_of(text), end, server.units, server.edited, ranges)


def _wanted(only: Sequence[types.CodeActionKind | str] | None, kind: str) -> bool:
    """Return whether an action of a kind is asked for: a client asks for kinds, and means those below them."""
    asked = [str(getattr(one, "value", one)) for one in only or ()]
    return only is None or any(one in {"", kind} or kind.startswith(f"{one}.") for one in asked)


def _overlap(one: types.Range, other: types.Range) -> bool:
    return one.start <= other.end and other.start <= one.end


def _markdown(text: str, place: types.Range) -> types.Hover:
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), place)
