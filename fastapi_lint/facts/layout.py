"""Where each node of LibCST's tree lies in the source, worked out from lengths.

LibCST keeps no positions; its own way to them writes the whole module anew, at a third of the parser's cost or more.
The text is known, though: only lengths have to be added up. From the table of `parts` one function is compiled for each
class, which takes a node and the offset where it starts, and returns the offset where it ends. Along the way it notes
the spans of what facts keep. Classes that the table leaves out are rare; `spans` has LibCST write those.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import libcst as cst

from fastapi_lint.facts.parts import PARTS, SIGNS
from fastapi_lint.source.loading import execute_once

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Walker = Callable[[Any, int, "Layout"], int]


class Layout:
    """The state of one walk: the indentation and line end in force, and the spans noted so far, in characters."""

    __slots__ = ("comments", "default_indent", "indents", "margin", "marks", "newline", "unknown")

    def __init__(self, module: cst.Module, unknown: Walker) -> None:
        """Prepare for a module; `unknown` measures the nodes whose class the table leaves out."""
        self.default_indent = module.default_indent
        self.newline = module.default_newline
        self.unknown = unknown
        self.indents: list[str] = []
        self.margin = 0
        self.marks: dict[int, tuple[int, int]] = {}
        self.comments: list[tuple[str, int]] = []

    def measure(self, module: cst.Module) -> int:
        """Walk over a module and return how long its text is."""
        at = 0
        for line in module.header:
            at = _empty_line(line, at, self)
        for statement in module.body:
            at = walk(statement, at, self)
        for line in module.footer:
            at = _empty_line(line, at, self)
        if module.has_trailing_newline:
            return at or len(self.newline)
        return at - len(self.newline) if at else at


def walk(node: cst.CSTNode, at: int, layout: Layout) -> int:
    """Return where a node ends that starts at `at`."""
    walker = WALKERS.get(node.__class__)
    return walker(node, at, layout) if walker is not None else layout.unknown(node, at, layout)


def _white(space: Any, at: int, layout: Layout) -> int:
    """Measure white space that may hold line ends and comments."""
    if space.__class__ is cst.SimpleWhitespace:
        return at + len(space.value)
    at = _trailing(space.first_line, at, layout)
    for line in space.empty_lines:
        at = _empty_line(line, at, layout)
    if space.indent:
        at += layout.margin
    return at + len(space.last_line.value)


def _trailing(line: Any, at: int, layout: Layout) -> int:
    at += len(line.whitespace.value)
    if line.comment is not None:
        layout.comments.append((line.comment.value, at))
        at += len(line.comment.value)
    newline = line.newline.value
    return at + len(layout.newline if newline is None else newline)


def _empty_line(line: Any, at: int, layout: Layout) -> int:
    return _trailing(line, at + layout.margin if line.indent else at, layout)


def _if(node: Any, at: int, layout: Layout, word: int = len("if")) -> int:
    for line in node.leading_lines:
        at = _empty_line(line, at, layout)
    start = at = at + layout.margin
    at = _white(node.whitespace_before_test, at + word, layout)
    at = _white(node.whitespace_after_test, walk(node.test, at, layout), layout)
    at = walk(node.body, at + len(":"), layout)
    if node.orelse.__class__ is cst.If:
        at = _if(node.orelse, at, layout, len("elif"))
    elif node.orelse is not None:
        at = walk(node.orelse, at, layout)
    layout.marks[id(node)] = (start, at)
    return at


def _block(node: Any, at: int, layout: Layout) -> int:
    start = at
    at = _trailing(node.header, at, layout)
    indent = layout.default_indent if node.indent is None else node.indent
    layout.indents.append(indent)
    layout.margin += len(indent)
    for statement in node.body:
        at = walk(statement, at, layout)
    for line in node.footer:
        at = _empty_line(line, at, layout)
    layout.indents.pop()
    layout.margin -= len(indent)
    layout.marks[id(node)] = (start, at)
    return at


def _replacement(node: Any, at: int, layout: Layout) -> int:
    """Measure the part of an f-string that stands in braces."""
    at = _white(node.whitespace_before_expression, at + len("{"), layout)
    at = walk(node.expression, at, layout)
    if node.equal is not None:
        at = walk(node.equal, at, layout)
    at = _white(node.whitespace_after_expression, at, layout)
    if node.conversion is not None:
        at += len("!") + len(node.conversion)
    if node.format_spec is not None:
        at += len(":")
        for part in node.format_spec:
            at = walk(part, at, layout)
    return at + len("}")


_PART: Final = re.compile(
    r"'(?P<text>[^']+)'|(?P<prefix>[~$@]|->|)(?P<name>\w+)(?P<suffix>[?*+]?)|(?P<mark>[|<>()\[\]])"
)
_WALK: Final = "(WALKERS.get({0}.__class__) or s.unknown)({0}, at, s)"


def _source(name: str, parts: str) -> str:
    """Return the source of the function that measures a class."""
    lines = [line for match in _PART.finditer(parts) for line in _lines(match)]
    body = "".join(f"    {line}\n" for line in lines)
    return f"def {name}(node, at, s):\n{body}    return at\n"


def _lines(match: re.Match[str]) -> Iterator[str]:
    name, suffix = match["name"], match["suffix"]
    white = "at = at + len(c.value) if c.__class__ is SimpleWhitespace else white(c, at, s)"
    if match["text"]:
        yield f"at += {len(match['text'])}"
    elif match["mark"]:
        yield from _MARKS[match["mark"]]
    elif match["prefix"] == "$":
        yield f"at += len(node.{name}{' or str()' if suffix else ''})"
    elif match["prefix"] == "@":
        yield f"c = node.{name}"
        yield "s.marks[id(c)] = (at, at := at + len(c.value))"
    elif suffix == "*":
        yield f"for c in node.{name}:"
        yield f"    at = {_WALK.format('c')}"
    elif suffix == "+":
        yield f"for c in node.{name} if isinstance(node.{name}, (list, tuple)) else (node.{name},):"
        yield f"    at = {_WALK.format('c')}"
    else:
        yield f"c = node.{name}"
        step = white if match["prefix"] == "~" else f"at = {_WALK.format('c')}"
        if match["prefix"] == "->":
            yield f"if c is not None: at += 1; {step}"
        else:
            yield f"if c is not None and c is not DEFAULT: {step}" if suffix else step


_MARKS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "|": ("at += s.margin",),
        "<": ("start = at",),
        ">": ("s.marks[id(node)] = (start, at)",),
        "(": (f"for c in node.lpar: at = {_WALK.format('c')}", "start = at"),
        ")": ("s.marks[id(node)] = (start, at)", f"for c in node.rpar: at = {_WALK.format('c')}"),
        "[": (f"for c in node.lpar: at = {_WALK.format('c')}",),
        "]": (f"for c in node.rpar: at = {_WALK.format('c')}",),
    }
)


def _compiled() -> Mapping[type[cst.CSTNode], Walker]:
    """Return the functions of all classes; only the table above is compiled, never a text from elsewhere."""
    table = {**PARTS, **{name: f"~whitespace_before '{text}' ~whitespace_after" for name, text in SIGNS.items()}}
    walkers: dict[type[cst.CSTNode], Walker] = {
        cst.If: _if,
        cst.IndentedBlock: _block,
        cst.EmptyLine: _empty_line,
        cst.TrailingWhitespace: _trailing,
        cst.FormattedStringExpression: _replacement,
    }
    space: dict[str, Any] = {"WALKERS": walkers, "white": _white, "SimpleWhitespace": cst.SimpleWhitespace}
    space["DEFAULT"] = cst.MaybeSentinel.DEFAULT
    execute_once("layout", "".join(_source(name, parts) for name, parts in table.items()), space)
    walkers.update((getattr(cst, name), space[name]) for name in table)
    return MappingProxyType(walkers)


WALKERS: Final = _compiled()
"""The function that measures a node, by class."""
