"""YAML documents as plain trees with byte spans: the only place that knows ruamel.yaml.

Only the composer is used, so no tag constructs anything and every scalar stays the text that was written. Merge keys
are applied here; an alias shares its anchor's node, so trees stay as small as their files. Nesting is checked before
the parser sees the text, because the parser recurses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, cast

from fastapi_lint.core.errors import SourceError
from fastapi_lint.core.span import Span

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ruamel.yaml.nodes import Node as RuamelNode

MAX_BYTES = 131072
_NESTING = 50
_NODES = 6000
_SIGN = re.compile(rb":[ \t\r\n]|-[ \t\r\n]|,")
"""What stands beside nearly every node."""
_MERGED = 20000
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_DASHES = re.compile(rb"(?m)^[ \t]*(?:[-?:][ \t]+){20}")


@dataclass(frozen=True, slots=True)
class Scalar:
    """A scalar as written: `is_plain` says that no quotes and no block style make it a text."""

    value: str
    span: Span
    is_plain: bool = True

    @property
    def is_null(self) -> bool:
        """Return whether it stands for nothing."""
        return self.is_plain and self.value in _NULLS


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """A sequence."""

    items: tuple[Tree, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """A mapping by its keys' texts, merge keys applied; `keys` are the keys themselves."""

    values: Mapping[str, Tree]
    keys: Mapping[str, Scalar]
    span: Span

    def get(self, *path: str) -> Tree | None:
        """Return what lies at a path of keys, None where there is nothing or a null."""
        at: Tree | None = self
        for key in path:
            at = at.values.get(key) if isinstance(at, Pairs) else None
        return None if isinstance(at, Scalar) and at.is_null else at


Tree = Scalar | Items | Pairs


def parse_yaml(data: bytes) -> tuple[Tree, ...]:
    """Return the documents of a file that hold anything.

    Raises:
        SourceError: the file is no YAML, too large, too deeply nested, or has a key twice; `offset` says where.

    """
    if len(data) > MAX_BYTES:
        raise SourceError("is larger than 128 KiB and was not read")
    _check_nesting(data)
    if sum(1 for _ in _SIGN.finditer(data)) > _NODES:
        raise SourceError("has too many entries and was not read")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError("is not UTF-8", error.start) from None
    return _composed(text, 3 if data.startswith(b"\xef\xbb\xbf") else 0)


def _check_nesting(data: bytes) -> None:
    depth = 0
    for match in re.finditer(rb"[\[\]{}]", data):
        depth += 1 if match[0] in b"[{" else -1 if depth else 0
        if depth > _NESTING:
            raise SourceError("is nested too deeply and was not read", match.start())
    dashes = _DASHES.search(data)
    if dashes:
        raise SourceError("is nested too deeply and was not read", dashes.start())


def _composed(text: str, shift: int) -> tuple[Tree, ...]:
    from ruamel.yaml import YAML  # noqa: PLC0415
    from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415

    offsets = _byte_offsets(text, shift)
    try:
        yaml = YAML(typ="safe", pure=True)
        yaml.composer.warn_double_anchors = False  # YAML allows them, and the warning would go to standard error
        nodes = list(yaml.compose_all(text))
        found = [_Converter(offsets).convert(node) for node in nodes if node is not None]
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise SourceError(
            f"is not valid YAML: {error.problem or 'unknown mistake'}", offsets[mark.index] if mark else 0
        ) from None
    except (YAMLError, RecursionError, ValueError, AttributeError, IndexError, TypeError):
        # ruamel.yaml raises more than its own errors on hostile input
        raise SourceError("is not valid YAML") from None
    return tuple(found)


def _byte_offsets(text: str, shift: int) -> Sequence[int]:
    """Return the byte offset of every character, and of the end."""
    if text.isascii():
        return range(shift, shift + len(text) + 1)
    return list(accumulate((len(character.encode()) for character in text), initial=shift))


class _Converter:
    """Turns one document's nodes into trees, each node once."""

    def __init__(self, offsets: Sequence[int]) -> None:
        self._offsets = offsets
        self._done: dict[int, Tree] = {}
        self._open: set[int] = set()
        self._merged = 0

    def convert(self, node: RuamelNode) -> Tree:
        key = id(node)
        if key in self._done:
            return self._done[key]
        last = len(self._offsets) - 1
        span = Span(
            self._offsets[min(node.start_mark.index, last)], self._offsets[min(max(node.end_mark.index, 0), last)]
        )
        if key in self._open:
            raise SourceError("refers to itself", span.start)
        self._open.add(key)
        tree = self._tree(node, span)
        self._open.discard(key)
        self._done[key] = tree
        return tree

    def _tree(self, node: RuamelNode, span: Span) -> Tree:
        from ruamel.yaml.nodes import ScalarNode, SequenceNode  # noqa: PLC0415

        if isinstance(node, ScalarNode):
            is_reset = str(node.tag) == "!reset"
            return Scalar("" if is_reset else str(node.value), span, is_plain=is_reset or not node.style)
        if isinstance(node, SequenceNode):
            return Items(tuple(self.convert(child) for child in node.value), span)
        return self._pairs(cast("Sequence[tuple[RuamelNode, RuamelNode]]", node.value), span)

    def _pairs(self, pairs: Sequence[tuple[RuamelNode, RuamelNode]], span: Span) -> Pairs:
        values: dict[str, Tree] = {}
        keys: dict[str, Scalar] = {}
        merged: list[Tree] = []
        for key_node, value_node in pairs:
            key = self.convert(key_node)
            value = self.convert(value_node)
            if not isinstance(key, Scalar):
                continue
            if key.value == "<<" and key.is_plain:
                merged.extend(value.items if isinstance(value, Items) else [value])
                continue
            if key.value in values:
                raise SourceError(f"has the key `{key.value[:80]}` twice in one mapping", key.span.start)
            values[key.value], keys[key.value] = value, key
        for source in merged:
            if isinstance(source, Pairs):
                self._merged += len(source.values) + 1
                if self._merged > _MERGED:
                    raise SourceError("merges too many mappings", span.start)
                values = {**source.values, **values}
                keys = {**source.keys, **keys}
        return Pairs(values, keys, span)
