"""What can be done about a finding: repair it, silence it with a reason, read about its rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lsprotocol import types

from fastapi_lint.edits.patch import together
from fastapi_lint.engine.ignoring import ignore_here, ignore_in_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from fastapi_lint.core.finding import Edit, Fix
    from fastapi_lint.engine.ignoring import Insertion
    from fastapi_lint.lsp.diagnostics import Shown
    from fastapi_lint.lsp.positions import Units

OPEN_PAGE: Final = "fastapi-lint.openPage"
FIX_ALL: Final = "source.fixAll.fastapi-lint"
KINDS: Final = (types.CodeActionKind.QuickFix.value, FIX_ALL)
_UNSPEAKABLE: Final = frozenset({"FL000", "settings"})
"""What no comment silences."""


class Actions:
    """Makes the actions on the findings of one file."""

    def __init__(
        self,
        path: str,
        uri: str,
        rows: Sequence[str],
        end: str,
        units: Units,
        edited: Callable[[Mapping[str, list[types.TextEdit]]], types.WorkspaceEdit],
        ranges: Callable[[Edit], tuple[str, types.Range] | None],
    ) -> None:
        """Take a file, what its rows are now and how they end, what makes edits of files and finds an edit's range.

        `ranges` answers None where the file is no longer what was checked.
        """
        self._path = path
        self._uri = uri
        self._rows = rows
        self._end = end
        self._units = units
        self._edited = edited
        self._ranges = ranges

    def on(self, shown: Iterable[Shown]) -> Iterator[types.CodeAction]:
        """Yield the quick fixes of findings."""
        for one in shown:
            yield from self._repair(one)
            if one.found.code not in _UNSPEAKABLE:
                yield from self._silence(one)
            if one.found.url:
                command = types.Command(f"Read about {one.found.code}", OPEN_PAGE, arguments=[one.found.url])
                title = f"Read about {one.found.code} ({one.found.name})"
                yield types.CodeAction(title, types.CodeActionKind.QuickFix, [one.shown], command=command)

    def all_repairs(self, shown: Iterable[Shown]) -> Iterator[types.CodeAction]:
        """Yield one action that makes every safe repair of the file, if there is one."""
        fixes = (one.found.fix for one in shown if one.found.fix is not None)
        changes = self._changes(together(fix for fix in fixes if fix.applicability == "safe"))
        if changes:
            title = "Repair all that fastapi-lint can repair safely"
            yield types.CodeAction(title, FIX_ALL, edit=self._edited(changes))

    def _repair(self, one: Shown) -> Iterator[types.CodeAction]:
        fix = one.found.fix
        changes = self._changes([fix]) if fix is not None else None
        if fix is None or not changes:
            return
        is_safe = fix.applicability == "safe"
        yield types.CodeAction(
            f"{one.found.code}: {fix.message}{'' if is_safe else ' (may change what the code does)'}",
            types.CodeActionKind.QuickFix,
            [one.shown],
            is_preferred=is_safe,
            edit=self._edited(changes),
        )

    def _changes(self, fixes: Sequence[Fix]) -> dict[str, list[types.TextEdit]] | None:
        by_uri: dict[str, list[types.TextEdit]] = {}
        for edit in dict.fromkeys(edit for fix in fixes for edit in fix.edits):
            found = self._ranges(edit)
            if found is None:
                return None
            by_uri.setdefault(found[0], []).append(types.TextEdit(found[1], edit.replacement))
        return by_uri

    def _silence(self, one: Shown) -> Iterator[types.CodeAction]:
        code, row = one.found.code, one.shown.range.start.line
        for title, insertion in (
            (f"Ignore {code} here, with a reason", ignore_here(self._path, self._rows, row, code, self._end)),
            (f"Ignore {code} in this file", ignore_in_file(self._path, self._rows, code, self._end)),
        ):
            if insertion is not None:
                edit = self._edited({self._uri: [self._text_edit(insertion)]})
                yield types.CodeAction(title, types.CodeActionKind.QuickFix, [one.shown], edit=edit)

    def _text_edit(self, insertion: Insertion) -> types.TextEdit:
        column = self._units.count(self._rows[insertion.row][: insertion.column])
        at = types.Position(insertion.row, column)
        return types.TextEdit(types.Range(at, at), insertion.text)
