"""What the repair of a rule writes with: texts and places of the project's files, and edits of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.core.errors import SourceError
from fastapi_lint.core.finding import Edit
from fastapi_lint.core.span import LineIndex, Location, Span
from fastapi_lint.edits.tree import Tree

if TYPE_CHECKING:
    from collections.abc import Callable


class Editor:
    """Makes edits of files as they are now; it changes nothing itself."""

    def __init__(self, read: Callable[[str], bytes], encoding: Callable[[str], str]) -> None:
        """Take how a file's bytes are read and what its encoding is, by its path; `read` may raise OSError."""
        self._read = read
        self._encoding = encoding
        self._trees: dict[str, Tree | None] = {}

    def tree(self, path: str) -> Tree | None:
        """Return the syntax of a Python file, None where this Python cannot read it; raises OSError as `text`."""
        if path not in self._trees:
            try:
                self._trees[path] = Tree(path, self._read(path))
            except SourceError:
                self._trees[path] = None
        return self._trees[path]

    def text(self, location: Location) -> str:
        """Return the text of a location; raises OSError where its file cannot be read."""
        data = self._read(location.path)[location.span.start : location.span.end]
        return data.decode(self._encoding(location.path), "replace")

    def replace(self, location: Location, text: str) -> Edit:
        """Return the edit that puts a text in place of a location; an empty one removes it."""
        return Edit(location, text)

    def insert(self, path: str, offset: int, text: str) -> Edit:
        """Return the edit that puts a text before a byte of a file."""
        return Edit(Location(path, Span(offset, offset)), text)

    def rows(self, location: Location) -> Location:
        """Return the whole rows that a location touches, with the line end of the last one."""
        index = LineIndex(self._read(location.path), self._encoding(location.path))
        first, last = index.row(location.span.start), index.row(max(location.span.end - 1, location.span.start))
        return Location(location.path, Span(index.start_of(first), index.start_of(last + 1)))
