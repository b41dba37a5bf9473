"""What one Python file says: its statements in order, with values reduced to a closed union.

These are plain values: no CST, no text of the file beyond names, literals and comments that may matter. They are
structs of msgspec because they are written to and read from the cache as they stand (see `codec`), many
thousands at a time. Every `start` and `end` is a byte offset into the file's original bytes, half-open. A compound
statement's span is its header, up to the colon.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

import msgspec

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator


class Node(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The root of all facts: frozen, compared by value, written as an array with a one-letter tag."""


class Const(Node, tag="k", gc=False, frozen=True, array_like=True):
    """A literal: text, number, True, False or None."""

    value: str | int | float | bool | None
    start: int = -1
    end: int = -1


class Name(Node, tag="n", gc=False, frozen=True, array_like=True):
    """A bare name in load position, or a plain target."""

    id: str


class Attr(Node, tag="a", frozen=True, array_like=True):
    """`value.name`."""

    value: Expr
    name: str


class Arg(Node, frozen=True, array_like=True):
    """One argument of a call: positional, keyword, `*value` (star 1) or `**value` (star 2)."""

    value: Expr
    keyword: str | None = None
    star: int = 0


class Call(Node, tag="c", frozen=True, array_like=True):
    """A call, with the span of the whole call expression without surrounding parentheses."""

    func: Expr
    args: tuple[Arg, ...]
    start: int
    end: int


class Seq(Node, tag="l", frozen=True, array_like=True):
    """A list, tuple or set display."""

    kind: Literal["list", "tuple", "set"]
    items: tuple[Expr, ...]
    start: int
    end: int


class Map(Node, tag="d", frozen=True, array_like=True):
    """A dict display; a key of None stands for `**value`."""

    items: tuple[tuple[Expr | None, Expr], ...]
    start: int
    end: int


class Text(Node, tag="t", frozen=True, array_like=True):
    """An f-string: literal pieces and expressions, in order."""

    parts: tuple[Expr, ...]
    start: int
    end: int


class Binary(Node, tag="b", frozen=True, array_like=True):
    """An arithmetic or bitwise operation, `operator` as written."""

    operator: str
    left: Expr
    right: Expr


class Unary(Node, tag="u", frozen=True, array_like=True):
    """`not`, `-`, `+` or `~` before an operand."""

    operator: str
    operand: Expr


class Compare(Node, tag="p", frozen=True, array_like=True):
    """A comparison chain: the first operand, then pairs of operator and operand."""

    left: Expr
    rest: tuple[tuple[str, Expr], ...]


class Boolean(Node, tag="o", frozen=True, array_like=True):
    """`and` or `or`."""

    operator: Literal["and", "or"]
    left: Expr
    right: Expr


class Subscript(Node, tag="s", frozen=True, array_like=True):
    """`value[index]`; several indices come as a tuple display, a slice as `Opaque`."""

    value: Expr
    index: Expr
    start: int
    end: int


class Choice(Node, tag="i", frozen=True, array_like=True):
    """`body if test else orelse`."""

    test: Expr
    body: Expr
    orelse: Expr


class Await(Node, tag="w", frozen=True, array_like=True):
    """`await value`."""

    value: Expr
    start: int
    end: int


class Yield(Node, tag="y", frozen=True, array_like=True):
    """`yield value` or, with `is_from`, `yield from value`."""

    value: Expr | None
    is_from: bool
    start: int
    end: int


class Lambda(Node, tag="f", frozen=True, array_like=True):
    """A lambda expression."""

    params: tuple[Param, ...]
    body: Expr
    start: int
    end: int


class Generator(Node, frozen=True, array_like=True):
    """One `for target in iterable if …` of a comprehension."""

    target: Expr
    iterable: Expr
    tests: tuple[Expr, ...]
    is_async: bool


class Comp(Node, tag="e", frozen=True, array_like=True):
    """A comprehension or generator expression; `key` only for dicts."""

    kind: Literal["list", "set", "dict", "generator"]
    key: Expr | None
    element: Expr
    generators: tuple[Generator, ...]
    start: int
    end: int


class Walrus(Node, tag=":", frozen=True, array_like=True):
    """`name := value`."""

    target: Expr
    value: Expr


class Starred(Node, tag="*", frozen=True, array_like=True):
    """`*value` in a display or a target."""

    value: Expr


class Opaque(Node, tag="?", frozen=True, array_like=True):
    """Anything else (slices, big numbers, bytes, `...`); the expressions inside are kept so that calls are seen."""

    parts: tuple[Expr, ...] = ()
    kind: str = ""


class Param(Node, frozen=True, array_like=True):
    """One parameter of a function, with the span of the whole parameter."""

    name: str
    kind: Literal["positional", "plain", "keyword", "star", "double_star"]
    annotation: Expr | None
    default: Expr | None
    start: int
    end: int


class Decorator(Node, frozen=True, array_like=True):
    """One decorator's expression, with its span from the `@`."""

    value: Expr
    start: int
    end: int


class Assign(Node, tag="A", frozen=True, array_like=True):
    """`target = … = value`, or an annotated assignment (then `value` may be None)."""

    targets: tuple[Expr, ...]
    value: Expr | None
    annotation: Expr | None
    start: int
    end: int


class AugAssign(Node, tag="G", frozen=True, array_like=True):
    """`target op= value`."""

    target: Expr
    operator: str
    value: Expr
    start: int
    end: int


class Delete(Node, tag="D", frozen=True, array_like=True):
    """`del target, …`."""

    targets: tuple[Expr, ...]
    start: int
    end: int


class Do(Node, tag="X", frozen=True, array_like=True):
    """An expression statement, or the test of an `assert`."""

    value: Expr
    start: int
    end: int


class Import(Node, tag="M", frozen=True, array_like=True):
    """`import a.b as c, …`: pairs of dotted name and alias."""

    names: tuple[tuple[str, str | None], ...]
    start: int
    end: int


class ImportFrom(Node, tag="N", frozen=True, array_like=True):
    """`from ..module import name as alias, …`; the name `*` stands for all; `level` counts the dots."""

    module: str
    level: int
    names: tuple[tuple[str, str | None], ...]
    start: int
    end: int


class Reader(Protocol):
    """Reads what was left out of one file."""

    def read(self, start: int, end: int) -> tuple[Stmt, ...]:
        """Return the statements between two characters of the file's text."""
        ...

    def knows(self, start: int) -> bool:
        """Return whether anybody may have asked for what begins there."""
        ...


class Rest:
    """The statements of a body that are read when somebody asks for them; equal to whatever reads the same."""

    __slots__ = ("_bodies", "_statements", "called", "end", "start")

    def __init__(self, start: int, end: int, called: tuple[str, ...], bodies: Reader) -> None:
        """Take their place in the file's text (in characters), the last names of what they call, and who reads them."""
        self.start = start
        self.end = end
        self.called = called
        self._bodies = bodies
        self._statements: tuple[Stmt, ...] | None = None

    def read(self) -> tuple[Stmt, ...]:
        """Return the statements."""
        if self._statements is None:
            self._statements = self._bodies.read(self.start, self.end)
        return self._statements

    @property
    def is_asked_for(self) -> bool:
        """Return whether anybody may have read the statements, in this run or in one whose facts these are."""
        return self._statements is not None or self._bodies.knows(self.start)


class Function(Node, tag="F", frozen=True, array_like=True):
    """A function definition; its span is the header from `def`, the name's span is apart."""

    name: str
    params: tuple[Param, ...]
    read: tuple[Stmt, ...]
    """The statements of the body that were read with the file: all of it, or what stands before the rest."""
    decorators: tuple[Decorator, ...]
    returns: Expr | None
    is_async: bool
    is_generator: bool
    start: int
    end: int
    name_start: int
    name_end: int
    docstring: Comment | None = None
    unread: Rest | None = None

    @property
    def body(self) -> tuple[Stmt, ...]:
        """The statements of the body; the rest is read the first time that somebody asks."""
        return self.read if self.unread is None else (*self.read, *self.unread.read())

    def may_call(self, names: Collection[str]) -> bool:
        """Return whether the body may call something by one of these last names, without reading the rest."""
        return self.unread is None or bool(self.read) or any(name in names for name in self.unread.called)


class Class(Node, tag="C", frozen=True, array_like=True):
    """A class definition; its span is the header from `class`."""

    name: str
    bases: tuple[Arg, ...]
    body: tuple[Stmt, ...]
    decorators: tuple[Decorator, ...]
    start: int
    end: int
    name_start: int
    name_end: int
    docstring: Comment | None = None


class If(Node, tag="I", frozen=True, array_like=True):
    """`if`, with `elif` as a nested `If` in `orelse`."""

    test: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]
    start: int
    end: int


class For(Node, tag="R", frozen=True, array_like=True):
    """`for target in iterable`."""

    target: Expr
    iterable: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]
    is_async: bool
    start: int
    end: int


class While(Node, tag="W", frozen=True, array_like=True):
    """`while test`."""

    test: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]
    start: int
    end: int


class Handler(Node, frozen=True, array_like=True):
    """One `except` clause."""

    type: Expr | None
    name: str | None
    body: tuple[Stmt, ...]
    start: int
    end: int


class Try(Node, tag="T", frozen=True, array_like=True):
    """`try`, with `except*` as `except`."""

    body: tuple[Stmt, ...]
    handlers: tuple[Handler, ...]
    orelse: tuple[Stmt, ...]
    final: tuple[Stmt, ...]
    start: int
    end: int


class WithItem(Node, frozen=True, array_like=True):
    """One `value as target` of a `with`."""

    value: Expr
    target: Expr | None


class With(Node, tag="H", frozen=True, array_like=True):
    """`with` and `async with`."""

    items: tuple[WithItem, ...]
    body: tuple[Stmt, ...]
    is_async: bool
    start: int
    end: int


class Case(Node, frozen=True, array_like=True):
    """One `case`: the names its pattern binds, its guard and body."""

    names: tuple[str, ...]
    guard: Expr | None
    body: tuple[Stmt, ...]
    is_wildcard: bool


class Match(Node, tag="J", frozen=True, array_like=True):
    """`match subject`."""

    subject: Expr
    cases: tuple[Case, ...]
    start: int
    end: int


class Return(Node, tag="r", frozen=True, array_like=True):
    """`return value`."""

    value: Expr | None
    start: int
    end: int


class Raise(Node, tag="!", frozen=True, array_like=True):
    """`raise value from cause`."""

    value: Expr | None
    cause: Expr | None
    start: int
    end: int


class Scope(Node, tag="g", frozen=True, array_like=True):
    """`global` or `nonlocal`."""

    kind: Literal["global", "nonlocal"]
    names: tuple[str, ...]


class Jump(Node, tag="j", frozen=True, array_like=True):
    """`break` or `continue`."""

    kind: Literal["break", "continue"]


class Comment(Node, gc=False, frozen=True, array_like=True):
    """A comment (its text with the `#`) or a docstring (its text without quotes)."""

    text: str
    start: int
    end: int
    is_alone: bool = True
    """Whether nothing but white space stands before it on its line."""


Expr = (
    Const
    | Name
    | Attr
    | Call
    | Seq
    | Map
    | Text
    | Binary
    | Unary
    | Compare
    | Boolean
    | Subscript
    | Choice
    | Await
    | Yield
    | Lambda
    | Comp
    | Walrus
    | Starred
    | Opaque
)
"""Every value a script can hold."""

Stmt = (
    Assign
    | AugAssign
    | Delete
    | Do
    | Import
    | ImportFrom
    | Function
    | Class
    | If
    | For
    | While
    | Try
    | With
    | Match
    | Return
    | Raise
    | Scope
    | Jump
)
"""Every statement a script can hold; `pass` leaves none."""


class ModuleFacts(Node, frozen=True, array_like=True):
    """All that one file says."""

    body: tuple[Stmt, ...]
    comments: tuple[Comment, ...] = ()
    docstring: Comment | None = None
    called: tuple[str, ...] = ()
    """The last names of everything that is called anywhere in the file, import aliases undone; sorted."""
    imported: tuple[str, ...] = ()
    """The modules and members that are imported anywhere, dotted, relative ones with their dots; sorted."""
    decorating: tuple[str, ...] = ()
    """The last names of calls whose result decorates a function or is called in turn: `get` of `@app.get("/")`."""


def part_names(kind: type[Node]) -> tuple[str, ...]:
    """Return the attributes that a piece of facts consists of: its fields, but of a function the whole body."""
    names = kind.__struct_fields__
    if not issubclass(kind, Function):
        return names
    return tuple("body" if name == "read" else name for name in names if name != "unread")


def parts(node: Node) -> Iterator[object]:
    """Yield what a piece of facts consists of."""
    return (getattr(node, name) for name in part_names(node.__class__))
