"""Which bodies of functions are left out of the parse, and what has to be known of them all the same.

Most functions of a project are called by nothing that an application runs, and LibCST takes ten times as long for
their bodies as CPython's own parser. So a body becomes one name in the text that LibCST reads first, and is read when
somebody asks for it. What it calls and imports, and whether it yields, is read off CPython's tree.

A text that CPython's grammar does not take, or that speaks of middleware (every comment counts there), is never cut;
neither is a body with a comment for this linter in it.
"""

from __future__ import annotations

import ast
import re
import warnings
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

PLACEHOLDER: Final = "__fastapi_lint_cut_"
_LEAST: Final = 100
"""Characters below which a body is not worth a parse of its own."""
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_BLANK: Final = re.compile(r"[ \t\f]*(?:#.*)?")
_WORDS: Final = ("fastapi-lint", "noqa")
_ORDERED: Final = "middleware"
_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)
_SCOPES: Final = frozenset({*_FUNCTIONS, ast.Lambda})
_LEAVES: Final = frozenset(
    {ast.Name, ast.Constant, ast.Pass, ast.Break, ast.Continue, ast.alias, str, int, bool, type(None)}
)
_BARE: Final = frozenset(
    {
        *("arg", "attr", "cls", "conversion", "ctx", "id", "is_async", "kind", "kwd_attrs", "level", "module", "name"),
        *("names", "op", "ops", "rest", "simple", "type_comment", "type_params"),
    }
)
"""The fields of CPython's tree that hold no expression which can call anything."""


@dataclass(slots=True)
class Names:
    """What a text calls and imports: the last names of calls, what is imported dotted, what imports rename."""

    called: set[str] = field(default_factory=set)
    imported: set[str] = field(default_factory=set)
    decorating: set[str] = field(default_factory=set)
    """Last names of what is called to decorate a function: `get` of `@router.get("/")`."""
    aliases: dict[str, str] = field(default_factory=dict)

    def take_import(self, prefix: str, module: str, names: Sequence[tuple[str, str | None]]) -> None:
        """Note `from <prefix> import <names>`; `module` is the prefix without its dots."""
        self.imported.add(prefix)
        for name, alias in names:
            self.imported.add(f"{prefix}.{name}" if module else prefix + name)
            if alias is not None:
                self.aliases[alias] = name

    def take(self, other: Names) -> None:
        """Note what stands in a part of the text, behind what was noted so far."""
        self.called |= other.called
        self.imported |= other.imported
        self.decorating |= other.decorating
        self.aliases.update(other.aliases)


@dataclass(frozen=True, slots=True)
class Cut:
    """A piece of the text, whole lines without the last line's end, in characters."""

    start: int
    end: int
    names: Names
    is_generator: bool


@dataclass(frozen=True, slots=True)
class Cuts:
    """A text without the bodies that were cut out of it."""

    text: str
    found: tuple[Cut, ...]
    _ends: tuple[int, ...]
    _shifts: tuple[int, ...]

    def place(self, offset: int) -> int:
        """Return where a character of the shortened text lies in the whole one."""
        return offset + self._shifts[bisect_right(self._ends, offset)]


def cut(text: str) -> Cuts:
    """Return a text without the bodies of functions that may be read later; all of it where nothing can be cut."""
    # LibCST loses form feeds in front of statements, so that places are found by what stands around them.
    is_whole = PLACEHOLDER in text or "\f" in text or _ORDERED in text.lower()
    tree = None if is_whole else _tree(text)
    return _without(text, tuple(_found(text, tree)) if tree is not None else ())


def _tree(text: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = compile(text, "<source>", "exec", flags=ast.PyCF_ONLY_AST, dont_inherit=True)  # nothing is run
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return None
    assert isinstance(tree, ast.Module)
    return tree


def _without(text: str, found: tuple[Cut, ...]) -> Cuts:
    pieces: list[str] = []
    ends: list[int] = []
    shifts = [0]
    at = length = 0
    for index, one in enumerate(found):
        line = f"{_indent(text, one)}{PLACEHOLDER}{index}"
        pieces += (text[at : one.start], line)
        length += one.start - at + len(line)
        at = one.end
        ends.append(length)
        shifts.append(at - length)
    pieces.append(text[at:])
    return Cuts("".join(pieces), found, tuple(ends), tuple(shifts))


def _indent(text: str, one: Cut) -> str:
    """Return the indentation of the first statement of a cut, which may stand below comments."""
    for line in _LINE_END.split(text[one.start : one.end]):
        stripped = line.lstrip(" \t\f")
        if stripped and not stripped.startswith("#"):
            return line[: len(line) - len(stripped)]
    return ""


def _found(text: str, tree: ast.Module) -> Iterator[Cut]:
    lines = _Lines(text)
    for function in _outermost(tree.body):
        place = lines.body_of(function)
        if place is not None:
            names = Names()
            statements = function.body[1:] if _opens_with_text(function) else function.body
            is_generator = _scan(statements, names)
            yield Cut(*place, names, is_generator)


def _outermost(body: Sequence[ast.stmt]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield the functions that stand in no other, in the order of the text."""
    for statement in body:
        if isinstance(statement, _FUNCTIONS):
            yield statement
            continue
        for name in ("body", "handlers", "orelse", "finalbody", "cases"):
            inner = getattr(statement, name, None)
            if inner:
                yield from _outermost(inner)


def _opens_with_text(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    first = function.body[0]
    return isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)


class _Lines:
    """The lines of a text, as CPython counts them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = _LINE_END.split(text)
        ends = [match.end() - match.start() for match in _LINE_END.finditer(text)]
        widths = (len(line) + end for line, end in zip(self._lines, [*ends, 0], strict=True))
        self._starts = list(accumulate(widths, initial=0))

    def body_of(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[int, int] | None:
        """Return the characters of a body's lines behind its docstring; None where it is not to be cut."""
        has_docstring = _opens_with_text(function)
        statements = function.body[1:] if has_docstring else function.body
        if not statements:
            return None
        above = function.body[0].end_lineno if has_docstring else function.lineno
        first = min([statements[0].lineno, *(one.lineno for one in getattr(statements[0], "decorator_list", ()))])
        last = statements[-1].end_lineno
        if above is None or last is None or first <= above or not self._begins(first, statements[0]):
            return None
        while first - 1 > above and _BLANK.fullmatch(self._lines[first - 2]):
            first -= 1
        start, end = self._starts[first - 1], self._starts[last - 1] + len(self._lines[last - 1])
        if end - start < _LEAST:
            return None
        lowered = self._text[start:end].lower()
        return None if any(word in lowered for word in _WORDS) else (start, end)

    def _begins(self, row: int, statement: ast.stmt) -> bool:
        """Return whether a statement is the first thing on its line, and the line goes on from no other."""
        if self._lines[row - 2].endswith("\\"):
            return False
        before = self._lines[row - 1].encode()[: statement.col_offset] if row == statement.lineno else b""
        return not before.strip(b" \t\f")


def _scan(body: Sequence[ast.AST], names: Names) -> bool:
    """Note the names of a body, in the order of the text; return whether it yields, inner functions apart."""
    yields = False
    pending: list[tuple[Any, bool]] = [(node, True) for node in reversed(body)]
    while pending:
        node, is_own = pending.pop()
        kind = node.__class__
        note = _NOTED.get(kind)
        if note is not None:
            note(node, names)
        elif kind is ast.Yield or kind is ast.YieldFrom:
            yields = yields or is_own
        is_scope = kind in _SCOPES
        for name in _held(kind):
            value = getattr(node, name)
            own = is_own and not (is_scope and name == "body")
            if value.__class__ is list:
                pending += [(one, own) for one in reversed(value) if one.__class__ not in _LEAVES]
            elif value.__class__ not in _LEAVES:
                pending.append((value, own))
    return yields


@cache
def _held(kind: type[ast.AST]) -> tuple[str, ...]:
    """Return the fields of a class that may hold calls, imports and yields, the last first."""
    return tuple(name for name in reversed(kind._fields) if name not in _BARE)


def _take_call(node: ast.Call, names: Names) -> None:
    func = node.func
    if isinstance(func, ast.Name):
        names.called.add(func.id)
    elif isinstance(func, ast.Attribute):
        names.called.add(func.attr)
    _take_decorating(func, names)


def _take_decorators(node: ast.FunctionDef, names: Names) -> None:
    for one in node.decorator_list:
        _take_decorating(one, names)


def _take_decorating(node: ast.AST, names: Names) -> None:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        names.decorating.add(node.func.attr)


def _take_import(node: ast.Import, names: Names) -> None:
    names.imported.update(alias.name for alias in node.names)


def _take_import_from(node: ast.ImportFrom, names: Names) -> None:
    module = node.module or ""
    names.take_import("." * node.level + module, module, [(alias.name, alias.asname) for alias in node.names])


_NOTED: Final[Mapping[type[ast.AST], Callable[[Any, Names], None]]] = MappingProxyType(
    {
        ast.Call: _take_call,
        ast.FunctionDef: _take_decorators,
        ast.AsyncFunctionDef: _take_decorators,
        ast.Import: _take_import,
        ast.ImportFrom: _take_import_from,
    }
)
