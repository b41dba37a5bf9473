"""YAML scalars as texts whose characters know their bytes, whatever quotes, folds or escapes they are written with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi_lint.core.errors import SourceError
from fastapi_lint.core.span import Location
from fastapi_lint.facts.deployment.text import UNKNOWN, Piece, Text
from fastapi_lint.source.yaml import Items, Pairs, Scalar, parse_yaml

if TYPE_CHECKING:
    from fastapi_lint.facts.deployment.project import Project
    from fastapi_lint.source.yaml import Tree

_TEMPLATE = re.compile(r"\{\{.*?\}\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class YamlFile:
    """A parsed YAML file."""

    path: str
    data: bytes
    documents: tuple[Tree, ...]

    def text(self, scalar: Scalar, label: str = "") -> Text:
        """Return a scalar as text; a template's `{{ ... }}` in it is unknown."""
        raw = self.data[scalar.span.start : scalar.span.end].decode("latin-1")
        value = scalar.value.encode("utf-8", "replace").decode("latin-1")
        text = _aligned(value, raw, self.path, scalar.span.start, label)
        if "{{" not in value:
            return text
        parts: list[Piece] = []
        at = 0
        for match in _TEMPLATE.finditer(value):
            parts.extend(text.cut(at, match.start()).pieces)
            parts.append(Piece(UNKNOWN, self.path, scalar.span.start, scalar.span.end, label))
            at = match.end()
        return Text((*parts, *text.cut(at).pieces))

    def texts(self, tree: Tree | None) -> tuple[Text, ...]:
        """Return the scalars of a sequence, or the one scalar."""
        if isinstance(tree, Scalar):
            return (self.text(tree),)
        if isinstance(tree, Items):
            return tuple(self.text(item) for item in tree.items if isinstance(item, Scalar))
        return ()

    def location(self, tree: Tree) -> Location:
        """Return where a tree stands."""
        return Location(self.path, tree.span)


def load_yaml(path: str, project: Project) -> YamlFile | None:
    """Return a parsed file; None where it is none, which is a problem of the file unless it is a template."""
    data = project.bytes_of(path)
    if data is None:
        return None
    if b"\0" in data:
        project.report(path, data.index(b"\0"), "holds a null byte and was not read")
        return None
    try:
        return YamlFile(path, data, parse_yaml(data))
    except SourceError as error:
        if b"{{" not in data and b"{%" not in data:
            project.report(path, error.offset, error.message)
        return None


def scalar_at(tree: Tree | None, *path: str) -> Scalar | None:
    """Return the scalar at a path of keys, None where there is none."""
    found = tree.get(*path) if isinstance(tree, Pairs) else None
    return found if isinstance(found, Scalar) else None


def _aligned(value: str, raw: str, path: str, start: int, label: str) -> Text:
    """Return a value whose characters are found again, in order, in what was written."""
    at = raw.find(value) if len(value) <= len(raw) else -1
    if at in {0, 1} or (at > 0 and raw[:1] in "|>"):
        return Text((Piece(value, path, start + at, start + at + len(value), label),))
    pieces: list[Piece] = []
    at = 0
    for word in re.findall(r"\s+|\S+", value):
        found = -1 if word.isspace() else raw.find(word, at)
        if found >= 0:
            pieces.append(Piece(word, path, start + found, start + found + len(word), label))
            at = found + len(word)
        elif word.isspace():
            pieces.append(Piece(word, path, start + at, start + min(at + 1, len(raw)), label))
        else:
            at = _spelled(word, raw, at, path, start, label, pieces)
    return Text(pieces)


def _spelled(word: str, raw: str, at: int, path: str, start: int, label: str, pieces: list[Piece]) -> int:
    """Add a word with escapes in it, character by character; return where it ends in what was written."""
    for character in word:
        found = raw.find(character, at, at + 40)
        if found >= 0:
            at = found
        pieces.append(Piece(character, path, start + min(at, len(raw)), start + min(at + 1, len(raw)), label))
        at = min(at + 1, len(raw))
    return at
