"""Byte spans of the nodes that are kept: measured from the tree, or noted while LibCST writes the text anew.

PositionProvider costs twice the parse because it records every node. Nearly all nodes are measured by `layout`, which
adds up lengths. What its table leaves out is written by LibCST's own code generator, whose state notes token counts for
the classes that facts keep; so is a whole module whose text LibCST does not keep to the last character. Syntactic
positions mean the same as LibCST's: no parentheses around an expression, no blank lines or comments before a statement.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING, Final

import libcst as cst
from libcst._nodes.internal import CodegenState

from fastapi_lint.facts.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from libcst import CSTNode

_BLOCKS: Final[frozenset[type[CSTNode]]] = frozenset({cst.IndentedBlock, cst.SimpleStatementSuite, cst.Param})
_KEPT: Final[frozenset[type[CSTNode]]] = frozenset(
    {
        cst.Call,
        cst.List,
        cst.Tuple,
        cst.Set,
        cst.Dict,
        cst.FormattedString,
        cst.TemplatedString,
        cst.SimpleString,
        cst.ConcatenatedString,
        cst.Subscript,
        cst.Await,
        cst.Yield,
        cst.Lambda,
        cst.ListComp,
        cst.SetComp,
        cst.DictComp,
        cst.StarredDictComp,
        cst.GeneratorExp,
        cst.Decorator,
        cst.Assign,
        cst.AnnAssign,
        cst.AugAssign,
        cst.Del,
        cst.Expr,
        cst.Assert,
        cst.Import,
        cst.ImportFrom,
        cst.LazyImport,
        cst.LazyImportFrom,
        cst.FunctionDef,
        cst.ClassDef,
        cst.If,
        cst.For,
        cst.While,
        cst.Try,
        cst.TryStar,
        cst.With,
        cst.Match,
        cst.ExceptHandler,
        cst.ExceptStarHandler,
        cst.Return,
        cst.Raise,
        cst.TypeAlias,
    }
)
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]+")


class _Nothing:
    __slots__ = ()

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None


class _Recorder:
    __slots__ = ("_node", "_start", "_state")

    def __init__(self, state: SpanState, node: CSTNode) -> None:
        self._state = state
        self._node = node

    def __enter__(self) -> None:
        self._start = len(self._state.tokens)

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._state.marks[id(self._node)] = (self._start, len(self._state.tokens))


_NOTHING: Final = _Nothing()


class SpanState(CodegenState):
    """A code generator state that notes token ranges of the kept nodes, of blocks and of comments."""

    def __init__(self, default_indent: str, default_newline: str, indents: tuple[str, ...] = ()) -> None:
        """Prepare for a module, or for a part of it that stands in blocks with these indentations."""
        super().__init__(default_indent, default_newline)
        self.indent_tokens.extend(indents)
        self.marks: dict[int, tuple[int, int]] = {}
        self.comments: list[tuple[cst.Comment, int]] = []
        self._starts: list[int] = []

    def before_codegen(self, node: CSTNode) -> None:
        """Note where blocks, parameters, names of definitions and comments start."""
        if node.__class__ in _BLOCKS:
            self._starts.append(len(self.tokens))
        elif isinstance(node, cst.Comment):
            self.comments.append((node, len(self.tokens)))

    def after_codegen(self, node: CSTNode) -> None:
        """Note where blocks and parameters end."""
        if node.__class__ in _BLOCKS:
            self.marks[id(node)] = (self._starts.pop(), len(self.tokens))
        elif isinstance(node, cst.Name):
            end = len(self.tokens)
            self.marks[id(node)] = (end - 1, end)

    def record_syntactic_position(  # type: ignore[override]  # a lighter context manager than the original's
        self, node: CSTNode, *, start_node: CSTNode | None = None, end_node: CSTNode | None = None
    ) -> _Recorder | _Nothing:
        """Return the recorder of a kept node, or a context manager that does nothing."""
        del start_node, end_node
        return _Recorder(self, node) if node.__class__ in _KEPT else _NOTHING


class Spans:
    """Answers the byte span of every kept node of one module."""

    __slots__ = ("_bytes", "_marks", "_place", "comments")

    def __init__(
        self,
        module: cst.Module,
        text: str,
        encoding: str,
        shift: int,
        whole: tuple[str, Callable[[int], int]] | None = None,
    ) -> None:
        """Measure `module`; `text` is the source it was parsed from, `shift` the bytes before it (a mark).

        `whole` is the file's text where that is another one, and where a character of `text` lies in it.
        """
        found = _measured(module, text)
        self._marks, comments = found if found is not None else _generated(module, text)
        file = whole[0] if whole is not None else text
        self._place = whole[1] if whole is not None else None
        self._bytes = _Bytes(file, encoding, shift) if shift or not file.isascii() else None
        self.comments = tuple(
            (value, *self._span(start, start + len(value)), _is_alone(text, start)) for value, start in comments
        )

    def of(self, node: CSTNode) -> tuple[int, int]:
        """Return the start and end of a kept node."""
        return self._span(*self._marks[id(node)])

    def start(self, node: CSTNode) -> int:
        """Return the start of a kept node."""
        return self.of(node)[0]

    def header(self, node: CSTNode, body: CSTNode) -> tuple[int, int]:
        """Return the span of a compound statement up to its body."""
        return self._span(self._marks[id(node)][0], self._marks[id(body)][0])

    def _span(self, start: int, end: int) -> tuple[int, int]:
        if self._place is not None:
            start, end = self._place(start), self._place(end)
        at = self._bytes
        return (start, end) if at is None else (at.offset(start), at.offset(end))


_Found = tuple["Mapping[int, tuple[int, int]]", "list[tuple[str, int]]"]


def _measured(module: cst.Module, text: str) -> _Found | None:
    """Return spans by node and the comments, in characters; None where the tree does not hold the whole text."""
    layout = Layout(module, _written)
    if layout.measure(module) != len(text):
        return None
    if not all(text.startswith(value, at) for value, at in layout.comments):
        return None
    return layout.marks, layout.comments


def _written(node: CSTNode, at: int, layout: Layout) -> int:
    """Have LibCST write a node that `layout` knows no parts of, and return where it ends."""
    state = SpanState(layout.default_indent, layout.newline, tuple(layout.indents))
    node._codegen(state)  # noqa: SLF001  # the public `code` property hides the state
    offsets = list(accumulate(map(len, state.tokens), initial=at))
    layout.marks.update((key, (offsets[start], offsets[end])) for key, (start, end) in state.marks.items())
    layout.comments.extend((comment.value, offsets[token]) for comment, token in state.comments)
    return offsets[-1]


def _generated(module: cst.Module, text: str) -> _Found:
    """Return the same from the text that LibCST writes, by the places of its characters in the source."""
    state = SpanState(module.default_indent, module.default_newline)
    module._codegen(state)  # noqa: SLF001  # as above
    offsets = list(accumulate(map(len, state.tokens), initial=0))
    offsets.append(offsets[-1])  # the generator takes the last newline back after marks were made
    offsets = _realigned(offsets, "".join(state.tokens), text)
    marks = {key: (offsets[start], offsets[end]) for key, (start, end) in state.marks.items()}
    return marks, [(comment.value, offsets[token]) for comment, token in state.comments]


def _is_alone(text: str, start: int) -> bool:
    line = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    return not text[line:start].strip()


def _realigned(offsets: list[int], generated: str, text: str) -> list[int]:
    """Map offsets of the generated text to the source, where LibCST dropped white space of it.

    LibCST 1.9 loses a leading form feed, a lone CR at the end and blanks such as the one in `except X :`.
    """
    mapped = [0] * (len(generated) + 1)
    at = 0
    for index, char in enumerate(generated):
        while at < len(text) and text[at] != char and text[at] in " \t\f\r\n\\":
            at += 1
        mapped[index] = at
        at += at < len(text) and text[at] == char
    mapped[len(generated)] = at
    return [mapped[offset] for offset in offsets]


class _Bytes:
    """Turns offsets in characters into offsets in the file's bytes."""

    __slots__ = ("_extra", "_shift", "_wide")

    def __init__(self, text: str, encoding: str, shift: int) -> None:
        self._shift = shift
        self._wide: list[int] = []
        self._extra = [0]
        for match in _NOT_ASCII.finditer(text):
            for index, char in enumerate(match.group(), match.start()):
                self._wide.append(index)
                self._extra.append(self._extra[-1] + len(char.encode(encoding, "replace")) - 1)

    def offset(self, offset: int) -> int:
        return offset + self._extra[bisect_left(self._wide, offset)] + self._shift
