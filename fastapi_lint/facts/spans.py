"""Byte spans of the nodes that are kept, from one run of LibCST's own code generator.

PositionProvider costs twice the parse because it records every node. Here the generator's state notes token
counts for the classes that facts keep, and only they become byte offsets, at the end. Syntactic positions
mean the same as LibCST's: no parentheses around an expression, no blank lines or comments before a statement.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING, Final

import libcst as cst
from libcst._nodes.internal import CodegenState

if TYPE_CHECKING:
    from types import TracebackType

    from libcst import CSTNode

_BLOCKS: Final = frozenset({cst.IndentedBlock, cst.SimpleStatementSuite, cst.Param})
_KEPT: Final = frozenset(
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

    def __init__(self, module: cst.Module) -> None:
        """Prepare for one module."""
        super().__init__(module.default_indent, module.default_newline)
        self.marks: dict[int, tuple[int, int]] = {}
        self.comments: list[tuple[cst.Comment, int]] = []
        self._starts: list[int] = []

    def before_codegen(self, node: CSTNode) -> None:
        """Note where blocks, parameters, names of definitions and comments start."""
        kind = node.__class__
        if kind in _BLOCKS:
            self._starts.append(len(self.tokens))
        elif kind is cst.Comment:
            self.comments.append((node, len(self.tokens)))  # type: ignore[arg-type]  # the class was compared

    def after_codegen(self, node: CSTNode) -> None:
        """Note where blocks and parameters end."""
        if node.__class__ in _BLOCKS:
            self.marks[id(node)] = (self._starts.pop(), len(self.tokens))
        elif node.__class__ is cst.Name:
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

    __slots__ = ("_marks", "_offsets", "comments")

    def __init__(self, module: cst.Module, text: str, encoding: str, shift: int) -> None:
        """Generate `module` once; `text` is the source it was parsed from, `shift` the bytes before it (a mark)."""
        state = SpanState(module)
        module._codegen(state)  # noqa: SLF001  # the public `code` property hides the state
        tokens = state.tokens
        offsets = list(accumulate(map(len, tokens), initial=0))
        offsets.append(offsets[-1])  # the generator takes the last newline back after marks were made
        generated = "".join(tokens)
        if generated != text:
            offsets = _realigned(offsets, generated, text)
        self._offsets = _byte_offsets(offsets, text, encoding, shift)
        self._marks = state.marks
        self.comments = tuple(
            (node.value, self._offsets[at], self._offsets[at + 1], _is_alone(text, offsets[at]))
            for node, at in state.comments
        )

    def of(self, node: CSTNode) -> tuple[int, int]:
        """Return the start and end of a kept node."""
        start, end = self._marks[id(node)]
        return self._offsets[start], self._offsets[end]

    def start(self, node: CSTNode) -> int:
        """Return the start of a kept node."""
        return self._offsets[self._marks[id(node)][0]]

    def header(self, node: CSTNode, body: CSTNode) -> tuple[int, int]:
        """Return the span of a compound statement up to its body."""
        return self._offsets[self._marks[id(node)][0]], self._offsets[self._marks[id(body)][0]]


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


def _byte_offsets(offsets: list[int], text: str, encoding: str, shift: int) -> list[int]:
    if text.isascii():
        return [offset + shift for offset in offsets] if shift else offsets
    wide: list[int] = []
    extra = [0]
    for match in _NOT_ASCII.finditer(text):
        for index, char in enumerate(match.group(), match.start()):
            wide.append(index)
            extra.append(extra[-1] + len(char.encode(encoding, "replace")) - 1)
    return [offset + extra[bisect_left(wide, offset)] + shift for offset in offsets]
