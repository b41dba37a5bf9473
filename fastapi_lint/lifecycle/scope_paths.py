"""Which statements of an ASGI callable run for a scope of one type: handed on, dropped, or taken for HTTP.

`scope["type"]` is `http`, `websocket` or `lifespan` (ASGI specification, 3.0). A test of it is decided; every other
test leaves both ways open, and what lies behind it is not certain.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from fastapi_lint.facts import model as m
from fastapi_lint.facts.walk import children
from fastapi_lint.lifecycle.guards import expressions_in
from fastapi_lint.lifecycle.values import External

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastapi_lint.lifecycle.asgi import Asgi

_MOST: Final = 64
_LIFESPAN: Final = frozenset({"lifespan_context", "lifespan", "startup", "shutdown", "router"})
_OBJECTS: Final = ("Request", "WebSocket", "Connection", "Headers", "URL")


@dataclass(frozen=True, slots=True)
class ScopePath:
    """One way through a callable: what it passed, whether it handed the scope on, and what decided it."""

    passed: tuple[tuple[m.Call | m.Subscript, bool], ...] = ()
    """The calls and subscripts that it evaluates before the scope is handed on, and whether it surely does."""
    is_forwarded: bool = False
    branch: m.If | None = None
    """The last test of the scope's type."""
    is_certain: bool = True
    ends: bool = False
    raises: bool = False


def paths_of(asgi: Asgi, kind: str) -> tuple[ScopePath, ...]:
    """Return the ways that a scope of one type takes through a callable; none where there are too many."""
    walker = _Walker(asgi, kind)
    found = walker.walk(asgi.body, [ScopePath()])
    return tuple(found) if len(found) <= _MOST else ()


class _Walker:
    """Walks the statements of one callable for one type of scope."""

    def __init__(self, asgi: Asgi, kind: str) -> None:
        self._asgi = asgi
        self._kind = kind
        self._types: set[str] = set()
        self._forwarders = {inner.name for inner in expressions_in(asgi.body, m.Function) if self._is_forwarder(inner)}

    def walk(self, body: tuple[m.Stmt, ...], paths: list[ScopePath]) -> list[ScopePath]:
        done: list[ScopePath] = []
        for statement in body:
            if not paths or len(paths) + len(done) > _MOST:
                break
            following = [after for path in paths for after in self._statement(statement, path)]
            done += [path for path in following if path.ends]
            paths = [path for path in following if not path.ends]
        return [*done, *paths]

    def _statement(self, statement: m.Stmt, path: ScopePath) -> list[ScopePath]:
        match statement:
            case m.If():
                return self._if(statement, self._passing(path, statement.test))
            case m.Try():
                inner = self.walk(
                    statement.body, [replace(path, is_certain=path.is_certain and not statement.handlers)]
                )
                restored = [replace(one, is_certain=path.is_certain) if not statement.orelse else one for one in inner]
                going = [one for one in restored if not one.ends]
                ended = [one for one in restored if one.ends]
                return [*ended, *self.walk((*statement.orelse, *statement.final), going)]
            case m.With():
                for item in statement.items:
                    path = self._passing(path, item.value)
                return self.walk(statement.body, [path])
            case m.For() | m.While():
                test = statement.test if isinstance(statement, m.While) else statement.iterable
                path = self._passing(path, test)
                turned = self.walk(statement.body, [path])
                is_endless = isinstance(statement, m.While) and isinstance(test, m.Const) and bool(test.value)
                if is_endless:
                    leaves = any(one.kind == "break" for one in expressions_in(statement.body, m.Jump))
                    return turned if leaves else [replace(one, ends=True) for one in turned]
                return [path, *(replace(one, is_certain=False) for one in turned)]
            case m.Match():
                path = self._passing(replace(path, is_certain=False), statement.subject)
                return [path, *(one for case in statement.cases for one in self.walk(case.body, [path]))]
            case m.Function() | m.Class():
                return [path]
            case m.Return():
                return [replace(self._passing(path, statement), ends=True)]
            case m.Raise():
                return [replace(self._passing(path, statement), ends=True, raises=True)]
            case _:
                self._note_alias(statement)
                return [self._passing(path, statement)]

    def _if(self, statement: m.If, path: ScopePath) -> list[ScopePath]:
        decided = self._decide(statement.test)
        if decided is None:
            open_path = replace(path, is_certain=False)
            return [*self.walk(statement.body, [open_path]), *self.walk(statement.orelse, [open_path])]
        taken = statement.body if decided else statement.orelse
        found = self.walk(taken, [replace(path, branch=statement)])
        if all(one.ends and not one.is_forwarded and not one.raises for one in found):
            # However it goes on in there, the scope goes nowhere.
            return [replace(one, is_certain=path.is_certain) for one in found]
        return found

    def _passing(self, path: ScopePath, what: m.Stmt | m.Expr) -> ScopePath:
        if path.is_forwarded:
            return path
        reached = tuple(self._reached(what))
        forwards = any(isinstance(one, m.Call) and self._forwards(one) for one in reached)
        return replace(path, passed=(*path.passed, *((one, path.is_certain) for one in reached)), is_forwarded=forwards)

    def _reached(self, root: object) -> Iterator[m.Call | m.Subscript]:
        """Yield the calls and subscripts that are surely evaluated for the type: not what a test of it rules out."""
        pending: list[object] = [root]
        while pending:
            node = pending.pop()
            match node:
                case tuple():
                    pending.extend(node)
                case m.Function() | m.Lambda() | m.Comp():
                    continue
                case m.Boolean():
                    left = self._decide(node.left)
                    pending.append(node.left)
                    if left is (node.operator == "and"):
                        pending.append(node.right)
                case m.Choice():
                    test = self._decide(node.test)
                    pending.append(node.test)
                    if test is not None:
                        pending.append(node.body if test else node.orelse)
                case m.Assign():
                    pending.append(node.value)
                case m.Node():
                    if isinstance(node, m.Call | m.Subscript):
                        yield node
                    pending.extend(children(node.__class__)(node))
                case _:
                    continue

    def _forwards(self, call: m.Call) -> bool:
        """Return whether a call may hand the scope on to the application inside, in whatever way."""
        if any(arg.star for arg in call.args):
            return True
        last = getattr(call.func, "name", getattr(call.func, "id", ""))
        if last in self._forwarders or last in _LIFESPAN:
            return True
        if any(one.name in _LIFESPAN for one in expressions_in(call.func, m.Attr)):
            return True
        names = {one.id for arg in call.args for one in expressions_in(arg.value, m.Name)}
        return len(call.args) >= 3 and not last.endswith(_OBJECTS) and self._asgi.scope in names

    def _is_forwarder(self, inner: m.Function) -> bool:
        return any(
            self._asgi.scope in {one.id for arg in call.args for one in expressions_in(arg.value, m.Name)}
            for call in expressions_in(inner.body, m.Call)
        )

    def _note_alias(self, statement: m.Stmt) -> None:
        if isinstance(statement, m.Assign) and statement.value is not None and self._is_type(statement.value):
            self._types |= {target.id for target in statement.targets if isinstance(target, m.Name)}

    def _is_type(self, expr: m.Expr) -> bool:
        match expr:
            case m.Subscript(value=m.Name(id=name), index=m.Const(value="type")):
                return name == self._asgi.scope
            case m.Call(func=m.Attr(value=m.Name(id=name), name="get"), args=(first, *_)):
                return name == self._asgi.scope and isinstance(first.value, m.Const) and first.value.value == "type"
            case m.Name(id=name):
                return name in self._types
            case _:
                return False

    def _decide(self, test: m.Expr) -> bool | None:
        """Return whether a test holds for the type, None where it does not ask for it."""
        match test:
            case m.Unary(operator="not"):
                inner = self._decide(test.operand)
                return None if inner is None else not inner
            case m.Boolean():
                sides = (self._decide(test.left), self._decide(test.right))
                stops = test.operator == "or"
                if stops in sides:
                    return stops
                return None if None in sides else not stops
            case m.Compare(rest=((operator, other),)):
                return self._compare(test.left, operator, other)
            case _:
                return None

    def _compare(self, left: m.Expr, operator: str, right: m.Expr) -> bool | None:
        if self._is_type(right) and operator in {"==", "!="}:
            left, right = right, left
        if not self._is_type(left):
            return None
        if operator in {"==", "!="} and isinstance(right, m.Const):
            return (right.value == self._kind) == (operator == "==")
        if operator in {"in", "not in"} and isinstance(right, m.Seq):
            values = [item.value for item in right.items if isinstance(item, m.Const)]
            if len(values) == len(right.items):
                return (self._kind in values) == (operator == "in")
        return None


HTTP_KEYS: Final[Mapping[str, frozenset[str]]] = {
    "lifespan": frozenset(
        {"path", "raw_path", "method", "headers", "query_string", "scheme", "client", "server", "root_path"}
        | {"http_version"}
    ),
    "websocket": frozenset({"method"}),
}
"""What a scope of each other type lacks of an HTTP one's keys (ASGI specification, HTTP and WebSocket)."""

HTTP_OBJECTS: Final[Mapping[str, frozenset[str]]] = {
    "lifespan": frozenset({"Request", "HTTPConnection", "WebSocket", "Headers", "MutableHeaders", "URL"}),
    "websocket": frozenset({"Request"}),
}
"""Starlette's objects that refuse such a scope: `assert scope["type"]` or a key that is not there."""


@dataclass(frozen=True, slots=True)
class HttpUse:
    """The first place that takes a scope of another type for HTTP's, and what it asks for."""

    start: int
    end: int
    what: str
    kind: str
    is_certain: bool


def http_use(asgi: Asgi, kind: str) -> HttpUse | None:
    """Return the first use of what only HTTP has on the way of a scope of another type, None where there is none."""
    found = [use for path in paths_of(asgi, kind) for use in _uses(asgi, kind, path)]
    if not found:
        return _blind_wrapper(asgi, kind)
    certain = [use for use in found if use.is_certain]
    return min(certain or found, key=lambda use: use.start)


def _uses(asgi: Asgi, kind: str, path: ScopePath) -> Iterator[HttpUse]:
    for node, is_certain in path.passed:
        if isinstance(node, m.Subscript) and isinstance(node.index, m.Const):
            key = str(node.index.value)
            if _is_key(node, asgi.scope, key) and key in HTTP_KEYS[kind]:
                yield HttpUse(node.start, node.end, f'`{asgi.scope}["{key}"]`', kind, is_certain)
        elif isinstance(node, m.Call):
            names = {one.id for arg in node.args for one in expressions_in(arg.value, m.Name)}
            last = _last_name(asgi, node.func)
            if last in HTTP_OBJECTS[kind] and asgi.scope in names:
                yield HttpUse(node.start, node.end, f"`{last}({asgi.scope})`", kind, is_certain)


def _last_name(asgi: Asgi, func: m.Expr) -> str:
    """Return the last name of what is called, as the library calls it whose object it is."""
    if isinstance(func, m.Attr):
        return func.name
    if isinstance(func, m.Name):
        value = asgi.names.get(func.id)
        return value.name.rpartition(".")[2] if isinstance(value, External) else ""
    return ""


def _blind_wrapper(asgi: Asgi, kind: str) -> HttpUse | None:
    """Return the first use in a wrapper around `send` that takes every message for one of HTTP."""
    if kind != "lifespan":
        return None
    given = [path for path in paths_of(asgi, kind) if path.is_forwarded]
    if not given:
        return None
    for inner in expressions_in(asgi.body, m.Function):
        if len(inner.params) != 1 or not _is_handed_on(given, inner.name):
            continue
        message = inner.params[0].name
        asks = any(_is_key(one, message, "type") for one in expressions_in(inner.body, m.Subscript)) or any(
            isinstance(call.func, m.Attr) and call.func.name == "get" for call in expressions_in(inner.body, m.Call)
        )
        for one in expressions_in(inner.body, m.Subscript):
            if not asks and (_is_key(one, message, "status") or _is_key(one, message, "headers")):
                word = str(one.index.value) if isinstance(one.index, m.Const) else ""
                is_certain = all(path.is_certain for path in given)
                return HttpUse(one.start, one.end, f'`{message}["{word}"]`', kind, is_certain)
    return None


def _is_handed_on(paths: list[ScopePath], name: str) -> bool:
    return any(
        one.id == name
        for path in paths
        for call, _ in path.passed
        if isinstance(call, m.Call)
        for arg in call.args
        for one in expressions_in(arg.value, m.Name)
    )


def _is_key(one: m.Subscript, name: str, key: str) -> bool:
    return (
        isinstance(one.value, m.Name)
        and one.value.id == name
        and isinstance(one.index, m.Const)
        and one.index.value == key
    )


def dropping_branch(asgi: Asgi) -> m.If | None:
    """Return the test of the scope's type behind which a lifespan is surely dropped or answered, None without one."""
    for path in paths_of(asgi, "lifespan"):
        if path.branch is not None and path.is_certain and not path.is_forwarded and not path.raises:
            return path.branch
    return None
