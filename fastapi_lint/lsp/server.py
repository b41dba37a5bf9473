"""The server itself: one client, its documents, and what it is told of its projects."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from fastapi_lint import __version__
from fastapi_lint.lsp.abilities import Abilities
from fastapi_lint.lsp.diagnostics import Shown, rows_of, shown_as
from fastapi_lint.lsp.folders import Folders, Owned
from fastapi_lint.lsp.options import SECTION, Options, read_options
from fastapi_lint.lsp.positions import Drift, Units

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from pygls.exceptions import PyglsError
    from pygls.workspace import TextDocument

    from fastapi_lint.core.finding import Diagnostic, Place
    from fastapi_lint.lsp.checker import Checked, Texts
    from fastapi_lint.lsp.project import Project

_PATIENCE: Final = 5.0
"""Seconds that a client has to say its settings before the first check goes without them."""


class Server(LanguageServer):
    """Keeps the projects of one client fresh and tells it of them."""

    def __init__(self, cache: Path | None, tell: Callable[[str], None]) -> None:
        """Take the folder that keeps facts, and what says a line of trouble on standard error."""
        super().__init__(SECTION, __version__, text_document_sync_kind=types.TextDocumentSyncKind.Full)
        self.is_shut_down = False
        self.abilities = Abilities.of(types.ClientCapabilities())
        self.units = Units("")
        self.folders = Folders(ThreadPoolExecutor(1, "check"), self._delivered)
        self._cache = cache
        self._tell = tell
        self._initial = Options()
        self._options: dict[Project, Options] = {}
        self._is_begun = False
        self._published: dict[str, tuple[types.Diagnostic, ...]] = {}
        self._results: dict[str, int] = {}
        self._touched: set[str] = set()
        self._seen: dict[Project, Mapping[str, tuple[Diagnostic, ...]]] = {}
        self._said: set[str] = set()

    # --- the session ------------------------------------------------------------------------------------------------

    def meet(self, params: types.InitializeParams) -> None:
        """Take what the client can do, how it counts, and what it wants from the start."""
        self.abilities = Abilities.of(params.capabilities)
        self.units = Units(str(getattr(self.workspace.position_encoding, "value", self.workspace.position_encoding)))
        self._initial = self._read(params.initialization_options)
        uris = [folder.uri for folder in self.workspace.folders.values()]
        for uri in uris or [params.root_uri or ""]:
            self.folders.add(uri)

    async def begin(self) -> None:
        """Ask for settings and for word of changed files, then check for the first time."""
        await self.reconfigure()
        self._is_begun = True
        for document in self.documents():
            self.opened(document.uri)
        await self._register()

    async def reconfigure(self, sent: object = None) -> None:
        """Take the settings anew (as sent, where the client cannot be asked) and check with them."""
        projects = self.folders.projects
        if self.abilities.configuration:
            options = await self._asked(projects)
        else:
            options = [self._initial if sent is None else self._read(sent)] * len(projects)
        for project, found in zip(projects, options, strict=True):
            self._options[project] = found
            project.configure(found, self._cache, self._texts(project))

    def add_folder(self, uri: str) -> None:
        """Check another workspace folder."""
        self.folders.add(uri)

    def remove_folder(self, uri: str) -> None:
        """Check a workspace folder no more."""
        project = self.folders.of_folder(uri)
        if project is not None:
            self._forget(project)

    def options_of(self, project: Project) -> Options:
        """Return the client's settings for a project."""
        return self._options.get(project, self._initial)

    # --- documents --------------------------------------------------------------------------------------------------

    def documents(self) -> Iterator[TextDocument]:
        """Yield the documents that are open."""
        yield from self.workspace.text_documents.values()

    def text_of(self, uri: str) -> str | None:
        """Return what stands in the buffer of a file, None where it has none."""
        document = self.workspace.text_documents.get(unquote(uri))
        return document.source if document is not None else None

    def opened(self, uri: str) -> None:
        """Check with the text of a document that was opened or changed."""
        owned = self.folders.owner(uri)
        if not self._is_begun:
            return
        if owned is None:
            project = self.folders.adopt(uri)
            if project is not None:
                project.configure(self._initial, self._cache, self._texts(project))
            return
        self._touched.add(uri)
        owned.project.change(owned.path, self.text_of(uri))

    def closed(self, uri: str) -> None:
        """Check with the file on disk instead of a document that was closed."""
        owned = self.folders.owner(uri)
        if owned is None:
            return
        if owned.project.is_asked or self._texts(owned.project):
            owned.project.change(owned.path, None)
        else:
            self._forget(owned.project)

    def changed_on_disk(self, uris: Iterable[str]) -> None:
        """Check the projects that changed files may matter to; what stands in a buffer matters more than its file."""
        for project in dict.fromkeys(one for uri in uris for one in self.folders.touched(uri)):
            project.refresh()

    # --- what the client is told ------------------------------------------------------------------------------------

    def shown(self, owned: Owned, checked: Checked | None = None) -> tuple[Shown, ...]:
        """Return the findings of a file as the client is told of them, those of rows that changed left out.

        `checked` has them, the last check of its project where there is none.
        """
        project, path = owned.project, owned.path
        checked = checked or project.checked
        found = checked.diagnostics.get(path, ())
        if not found:
            return ()
        ranged = self.ranged(owned, checked.texts)
        shown = (shown_as(one, ranged, checked.texts, self.units, partial(self.uri_of, project)) for one in found)
        return tuple(one for one in shown if one is not None)

    def ranged(self, owned: Owned, texts: Texts) -> Callable[[Place], types.Range | None]:
        """Return what says where a place in a file is in its present text, None where its rows were changed."""
        text = self.text_of(self.uri_of(owned.project, owned.path))
        then = texts.rows(owned.path)
        now = then if text is None else rows_of(text)
        if now == then:
            return lambda place: self.units.range(place, texts.line)
        drift = Drift(then, now)
        return lambda place: drift.range(self.units.range(place, texts.line))

    def uri_of(self, project: Project, path: str) -> str:
        """Return the address of a file, in the client's own spelling where it has it open."""
        plain = project.uri_of(path)
        document = self.workspace.text_documents.get(unquote(plain))
        return document.uri if document is not None else plain

    def version_of(self, uri: str) -> int | None:
        """Return the version of an open document, None for any other."""
        document = self.workspace.text_documents.get(unquote(uri))
        return document.version if document is not None else None

    def edited(self, changes: Mapping[str, list[types.TextEdit]]) -> types.WorkspaceEdit:
        """Return edits of files, tied to the versions that they were made for where the client minds."""
        if not self.abilities.versions_edits:
            return types.WorkspaceEdit(changes=changes)
        return types.WorkspaceEdit(
            document_changes=[
                types.TextDocumentEdit(
                    types.OptionalVersionedTextDocumentIdentifier(uri, self.version_of(uri)), list(edits)
                )
                for uri, edits in changes.items()
            ]
        )

    async def show_page(self, url: str) -> None:
        """Open a page in the user's browser, or name it where the client cannot."""
        if self.abilities.shows_documents:
            await self.window_show_document_async(types.ShowDocumentParams(url, external=True))
        else:
            self.window_show_message(types.ShowMessageParams(types.MessageType.Info, url))

    # --- what the client pulls --------------------------------------------------------------------------------------

    async def settled_owner(self, uri: str) -> Owned | None:
        """Return the project of a file once its present state was checked."""
        owned = self.folders.owner(uri)
        if owned is not None:
            await owned.project.settled()
        return owned

    def uris_with_findings(self) -> Iterator[str]:
        """Yield the files that something is to be said of."""
        for project in self.folders.projects:
            yield from (self.uri_of(project, path) for path in project.checked.diagnostics)

    def pulled(self, owned: Owned | None, uri: str) -> tuple[list[types.Diagnostic], str]:
        """Return the diagnostics of a file, and a name for just these."""
        items = tuple(one.shown for one in self.shown(owned)) if owned is not None else ()
        known = self._published.get(uri, ())
        if items != known:
            self._published[uri] = items
            self._results[uri] = self._results.get(uri, 0) + 1
        return list(items), f"{self._results.get(uri, 0)}"

    # --- trouble and the rest ---------------------------------------------------------------------------------------

    def report_server_error(self, error: Exception, source: type[PyglsError | JsonRpcException]) -> None:
        """Say a client's or a library's mistake on standard error, where nobody is interrupted."""
        self._tell(f"{source.__name__}: {str(error).partition(chr(10))[0][:200]}")

    def shutdown(self) -> None:
        """Stop without waiting for a client that will say no more."""
        if self._stop_event is not None:
            self._stop_event.set()
        if self._thread_pool is not None:
            self._thread_pool.shutdown(wait=False, cancel_futures=True)

    def _delivered(self, project: Project) -> None:
        checked = project.checked
        for line in (checked.problem, *checked.failures):
            self._say(line)
        if not self.abilities.pull:
            self._publish(project)
        elif self.abilities.refresh_diagnostics and checked.diagnostics != self._seen.get(project, {}):
            self.workspace_diagnostic_refresh(None)
        self._seen[project] = checked.diagnostics
        self._refresh_marks()

    def _refresh_marks(self) -> None:
        """Let the client ask again for what it shows of the lifecycle."""
        if self.abilities.refresh_code_lens:
            self.workspace_code_lens_refresh(None)
        if self.abilities.refresh_inlay_hints:
            self.workspace_inlay_hint_refresh(None)

    def _publish(self, project: Project) -> None:
        """Tell of each file whose findings are not what was told before, and of each that was changed meanwhile."""
        found = [self.uri_of(project, path) for path in project.checked.diagnostics]
        owned = {uri: self.folders.owner(uri) for uri in (*found, *self._published, *self._touched)}
        for uri in sorted(uri for uri, one in owned.items() if one is not None and one.project is project):
            one = owned[uri]
            assert one is not None
            items = tuple(shown.shown for shown in self.shown(one))
            if items != self._published.get(uri, ()) or uri in self._touched:
                self._send(uri, items)
            self._touched.discard(uri)

    def _send(self, uri: str, items: tuple[types.Diagnostic, ...]) -> None:
        if items:
            self._published[uri] = items
        else:
            self._published.pop(uri, None)
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, list(items), self.version_of(uri)))

    def _say(self, line: str) -> None:
        if line and line not in self._said:
            self._said.add(line)
            self.window_show_message(types.ShowMessageParams(types.MessageType.Error, f"fastapi-lint: {line}"))

    def _read(self, value: object) -> Options:
        options, problems = read_options(value)
        for problem in problems:
            self._say(problem)
        return options

    async def _asked(self, projects: tuple[Project, ...]) -> list[Options]:
        items = [types.ConfigurationItem(project.folder.as_uri(), SECTION) for project in projects]
        if not items:
            return []
        asked = self.workspace_configuration_async(types.ConfigurationParams(items))
        try:
            answers = list(await asyncio.wait_for(asked, _PATIENCE))
        except (JsonRpcException, asyncio.TimeoutError, TypeError):
            answers = []
        found = [self._initial if answer is None else self._read(answer) for answer in answers]
        return [*found, *[self._initial] * len(projects)][: len(projects)]

    async def _register(self) -> None:
        registrations = self.abilities.registrations()
        if not registrations:
            return
        try:
            await self.client_register_capability_async(types.RegistrationParams(registrations))
        except JsonRpcException:
            # It said that it could; what it does not tell of is seen on the next save.
            return

    def _texts(self, project: Project) -> dict[str, str]:
        owned = [(document, self.folders.owner(document.uri)) for document in self.documents()]
        return {one.path: document.source for document, one in owned if one is not None and one.project is project}

    def _forget(self, project: Project) -> None:
        told = [uri for uri in self._published if (one := self.folders.owner(uri)) and one.project is project]
        self.folders.remove(project)
        self._options.pop(project, None)
        self._seen.pop(project, None)
        if not self.abilities.pull:
            for uri in told:
                self._send(uri, ())
