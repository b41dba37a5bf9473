"""One Python file as CPython reads it, for repairs: its nodes, and where each of them stands in the file's bytes."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING, TypeVar

from fastapi_lint.core.errors import SourceError
from fastapi_lint.core.span import LineIndex, Location, Span
from fastapi_lint.source.decoding import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

N = TypeVar("N", bound=ast.AST)

Function = (ast.FunctionDef, ast.AsyncFunctionDef)
Definition = (*Function, ast.ClassDef)


class Tree:
    """The syntax of one file, in which spans are bytes of the file.

    Raises SourceError where the file has no text, or this Python does not know its grammar.
    """

    def __init__(self, path: str, data: bytes) -> None:
        """Parse the bytes of a file."""
        source = decode(data)
        self._data = data
        self._encoding = source.encoding
        self._shift = source.shift
        self._index = LineIndex(data, source.encoding)
        self.path = path
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self.root = ast.parse(source.text)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise SourceError(f"{path} cannot be read by this Python") from error
        self._parents = {child: parent for parent in ast.walk(self.root) for child in ast.iter_child_nodes(parent)}

    def span(self, node: ast.AST) -> Span:
        """Return the bytes of a statement, expression, argument, keyword or handler, without its decorators."""
        start = self._offset(getattr(node, "lineno", 1), getattr(node, "col_offset", 0))
        return Span(start, self._offset(getattr(node, "end_lineno", 1), getattr(node, "end_col_offset", 0)))

    def location(self, node: ast.AST) -> Location:
        """Return the place of a node."""
        return Location(self.path, self.span(node))

    def text(self, node: ast.AST) -> str:
        """Return the source of a node."""
        return self.between(self.span(node))

    def between(self, span: Span) -> str:
        """Return the text of some bytes."""
        return self._data[span.start : span.end].decode(self._encoding)

    def parent(self, node: ast.AST) -> ast.AST | None:
        """Return the node that holds another one, None for the module."""
        return self._parents.get(node)

    def parents(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield the nodes that hold another one, the innermost first."""
        parent = self.parent(node)
        while parent is not None:
            yield parent
            parent = self.parent(parent)

    def within(self, location: Location, kind: type[N]) -> list[N]:
        """Return the nodes of a kind that lie in a place, in the order of the text, the outer one first."""
        first, last = self._index.row(location.span.start), self._index.row(location.span.end)
        found = [
            (span, node)
            for node in ast.walk(self.root)
            if isinstance(node, kind)
            and first <= getattr(node, "lineno", 0) <= last
            and location.span.start <= (span := self.span(node)).start
            and span.end <= location.span.end
        ]
        return [node for _, node in sorted(found, key=lambda one: (one[0].start, -one[0].end))]

    def function(self, location: Location) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """Return the function whose `def` starts where a place does."""
        row = self._index.row(location.span.start)
        for node in ast.walk(self.root):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.lineno == row:
                if self.span(node).start == location.span.start:
                    return node
        return None

    def function_of(self, node: ast.AST) -> ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | None:
        """Return the innermost function that a node belongs to."""
        kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
        return next((one for one in self.parents(node) if isinstance(one, kinds)), None)

    def statement(self, node: ast.AST) -> ast.stmt | None:
        """Return the statement that a node is, or the innermost one that it is a part of."""
        return next((one for one in (node, *self.parents(node)) if isinstance(one, ast.stmt)), None)

    def block(self, statement: ast.stmt) -> list[ast.stmt]:
        """Return the statements of the block that a statement stands in; itself alone where it stands in none."""
        parent = self.parent(statement)
        for _, value in ast.iter_fields(parent) if parent is not None else ():
            if isinstance(value, list) and any(one is statement for one in value):
                return value
        return [statement]

    def own(self, function: ast.AST, kind: type[N]) -> list[N]:
        """Return the nodes of a kind in a function's body, not those of functions and classes inside of it."""
        found: list[N] = []
        pending: list[ast.AST] = list(getattr(function, "body", ()))
        while pending:
            node = pending.pop()
            if isinstance(node, kind):
                found.append(node)
            if not isinstance(node, (*Definition, ast.Lambda)):
                pending.extend(ast.iter_child_nodes(node))
        return sorted(found, key=self.span)

    # --- rows -------------------------------------------------------------------------------------------------------

    def rows(self, first: ast.AST, last: ast.AST) -> Span | None:
        """Return the whole rows from a statement to another one, with its line end; None where others share them."""
        start_row, end_row = first_row(first), getattr(last, "end_lineno", 1)
        span = Span(self._index.start_of(start_row), self._index.start_of(end_row + 1))
        start = self._offset(start_row, 0)
        head = self.between(Span(start, self._start_with_decorators(first)))
        tail = self.between(Span(self.span(last).end, span.end)).strip()
        return span if not head.strip() and (not tail or tail.startswith("#")) else None

    def indent(self, node: ast.AST) -> str:
        """Return the white space before a statement that starts its row."""
        row = first_row(node)
        return self.between(Span(self._offset(row, 0), self._start_with_decorators(node)))

    def row_start(self, node: ast.AST) -> int:
        """Return the offset at which the row of a statement, or of its first decorator, starts."""
        return self._offset(first_row(node), 0)

    def row_after(self, node: ast.AST) -> int:
        """Return the offset of the row after a node."""
        return self._index.start_of(getattr(node, "end_lineno", 1) + 1)

    def lead(self, node: ast.AST) -> int:
        """Return the offset of the first of the rows of comments that stand right above a statement, else its own."""
        row = first_row(node)
        while row > 1 and self._index.line(row - 1).startswith(self.indent(node) + "#"):
            row -= 1
        return self._offset(row, 0)

    def blank_rows_before(self, offset: int) -> int:
        """Return how many empty rows stand before the row that starts at an offset."""
        row, count = self._index.row(offset), 0
        while row - count > 1 and not self._index.line(row - count - 1).strip():
            count += 1
        return count

    def after_text(self, offset: int) -> int:
        """Return where the empty rows before the row at an offset start, its own start where there are none."""
        return self._index.start_of(self._index.row(offset) - self.blank_rows_before(offset))

    def decorator_rows(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Span:
        """Return the rows of a function's decorators."""
        last = max(one.end_lineno or 1 for one in function.decorator_list)
        return Span(self.row_start(function), self._index.start_of(last + 1))

    @property
    def end(self) -> str:
        """Return how the rows of the file end."""
        return "\r\n" if b"\r\n" in self._data else "\n" if b"\n" in self._data or b"\r" not in self._data else "\r"

    @property
    def unit(self) -> str:
        """Return what the file indents its first indented block with, four blanks where it has none."""
        for node in ast.walk(self.root):
            body = getattr(node, "body", None)
            if isinstance(node, ast.stmt) and isinstance(body, list) and body and body[0].lineno > node.lineno:
                inner, outer = self.indent(body[0]), self.indent(node)
                if inner.startswith(outer) and inner != outer and not inner.strip():
                    return inner[len(outer) :]
        return "    "

    def is_one_row_each(self, statements: list[ast.stmt]) -> bool:
        """Return whether no string of the statements goes on past its row, so that they can be indented."""
        kinds = (ast.Constant, ast.JoinedStr)
        nodes = (node for one in statements for node in ast.walk(one) if isinstance(node, kinds))
        return not any(node.end_lineno != node.lineno for node in nodes)

    def _start_with_decorators(self, node: ast.AST) -> int:
        decorators = getattr(node, "decorator_list", ())
        if not decorators:
            return self.span(node).start
        row = self.between(Span(self._offset(decorators[0].lineno, 0), self.span(decorators[0]).start))
        return self._offset(decorators[0].lineno, 0) + len(row[: row.find("@")].encode(self._encoding))

    def _offset(self, row: int, column: int) -> int:
        """Return the byte of a row and a column that CPython counts in bytes of UTF-8."""
        start = self._index.start_of(row) + (self._shift if row == 1 else 0)
        if not column or self._encoding == "utf-8":
            return start + column
        line = self._data[start : self._index.start_of(row + 1)].decode(self._encoding)
        return start + len(line.encode()[:column].decode().encode(self._encoding))


def first_row(node: ast.AST) -> int:
    """Return the row in which a statement starts, with its decorators."""
    rows: list[int] = [one.lineno for one in getattr(node, "decorator_list", ())]
    rows.append(getattr(node, "lineno", 1))
    return min(rows)


def name_of(node: ast.AST | None) -> str:
    """Return the last part of a name or attribute, empty for anything else."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""
