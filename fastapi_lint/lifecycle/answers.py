"""What a middleware does to requests by itself: where it answers without what is inside of it, and what it raises.

The code of a middleware is followed along its paths, into the functions of the project that it calls. A path has gone
on once it called `call_next`, or the application inside with `scope`, `receive` and `send`; what it returns or sends
before that is an answer of its own. An answer in an `except` around that call is one as well.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from fastapi_lint.facts import model as m
from fastapi_lint.knowledge.framework import HTTP_EXCEPTIONS
from fastapi_lint.lifecycle.classes import external_bases, mro
from fastapi_lint.lifecycle.effects import Activation, ExternalCall, Raised, Returned
from fastapi_lint.lifecycle.nodes import nodes_of
from fastapi_lint.lifecycle.values import (
    NONE,
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Literal,
    Site,
    Value,
    options_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

_DEEPEST: Final = 6
_BROAD: Final = frozenset({"", "Exception", "BaseException"})
_OF_CLIENTS: Final = frozenset({"RuntimeError", "CancelledError", "EndOfStream", "NoResponse", "TimeoutError"})
"""Exceptions that mostly say that nobody waits for the answer any more."""
_RESPONSES: Final = "starlette.responses."
_START: Final = "http.response.start"


@dataclass(frozen=True, slots=True)
class Answer:
    """A statement with which a middleware answers on its own; `caught` names the exception that led to it."""

    site: Site
    caught: str = ""
    rejects: bool = True
    """Whether it may be an error, a redirect or the like, and no plain success."""


@dataclass(frozen=True, slots=True)
class Escape:
    """An exception that leaves a middleware: the statement of the middleware, where it is raised, and the exception."""

    site: Site
    raised: Site
    value: Value


@dataclass(slots=True)
class Conduct:
    """What a middleware does on its own."""

    answers: list[Answer] = field(default_factory=list)
    escapes: list[Escape] = field(default_factory=list)
    passed_on: list[Site] = field(default_factory=list)
    """Where an `HTTPException` that what is inside raised is caught and raised again."""
    converts: bool = False
    """Whether it catches every `HTTPException` of what is inside, and raises none of them again."""


def conduct_of(activation: Activation) -> Conduct:
    """Return what the function or method of a middleware that ran does on its own."""
    conduct = Conduct()
    function = activation.subject
    if isinstance(function, FunctionValue) and isinstance(function.definition, m.Function):
        given = [param.name for param in function.definition.params if param.kind in {"plain", "positional"}]
        own = given[1:] if function.owner is not None and function.kind != "staticmethod" else given
        if len(own) == 2:
            _Walk(conduct, activation, function.definition, calls_on=own[1]).run()
        elif len(own) == 3:
            _Walk(conduct, activation, function.definition, sends=own[2], receives=own[1]).run()
        elif len(own) == 1:
            _Walk(conduct, activation, function.definition).run()  # a backend of authentication only raises
    return conduct


@dataclass(slots=True)
class _Path:
    """Where a path stands: whether it has surely gone on, and whether it is left."""

    went_on: bool
    is_left: bool = False


class _Walk:
    """Follows the paths of one function of a middleware."""

    def __init__(
        self,
        conduct: Conduct,
        activation: Activation,
        definition: m.Function,
        *,
        calls_on: str = "",
        sends: str = "",
        receives: str = "",
        depth: int = 0,
        entry: Site | None = None,
    ) -> None:
        self._conduct = conduct
        self._activation = activation
        self._definition = definition
        self._calls_on = calls_on
        self._sends = sends
        self._receives = receives
        self._depth = depth
        self._entry = entry
        """The statement of the middleware that led here, None in the middleware itself."""
        self._path = activation.subject.module.path if isinstance(activation.subject, FunctionValue) else ""
        # A coroutine runs where it is awaited, and `await f()` ends where `f()` does.
        self._edges = {edge.site.end: edge.callee for edge in activation.calls if not edge.via}
        self._returned = {one.site: one.value for one in activation.effects if isinstance(one, Returned)}
        self._raised = {one.site: one.value for one in activation.effects if isinstance(one, Raised)}
        self._called = {one.site: one for one in activation.effects if isinstance(one, ExternalCall)}
        self._catching: list[tuple[m.Handler, ...]] = []
        self._caught: list[str] = []
        self._handling: list[m.Handler | None] = []
        """The handlers that are followed, where they are for exceptions of what is inside."""

    def run(self, *, went_on: bool = False) -> _Path:
        return self._block(self._definition.body, _Path(went_on))

    # Statements.

    def _block(self, body: tuple[m.Stmt, ...], path: _Path) -> _Path:
        for statement in body:
            path = self._statement(statement, path)
            if path.is_left:
                break
        return path

    def _statement(self, statement: m.Stmt, path: _Path) -> _Path:
        match statement:
            case m.Function() | m.Class():
                return path
            case m.If():
                path = self._expressions((statement.test,), path, statement)
                return _either([self._block(arm, _Path(path.went_on)) for arm in (statement.body, statement.orelse)])
            case m.Match():
                arms = [self._block(case.body, _Path(path.went_on)) for case in statement.cases]
                return _either([*arms, _Path(path.went_on)])
            case m.For() | m.While():
                inner = self._block(statement.body, _Path(path.went_on))
                return self._block(statement.orelse, _Path(path.went_on or inner.went_on))
            case m.With():
                path = self._expressions(tuple(item.value for item in statement.items), path, statement)
                return self._block(statement.body, path)
            case m.Try():
                return self._try(statement, path)
            case m.Return():
                self._return(statement, path)
                return _Path(path.went_on, is_left=True)
            case m.Raise():
                self._raise(statement)
                return _Path(path.went_on, is_left=True)
            case m.Jump():
                return _Path(path.went_on, is_left=True)
            case _:
                return self._expressions((statement,), path, statement)

    def _try(self, statement: m.Try, path: _Path) -> _Path:
        self._catching.append(statement.handlers)
        inner = self._block(statement.body, _Path(path.went_on))
        self._catching.pop()
        ends = [inner if inner.is_left else self._block(statement.orelse, inner)]
        for handler in statement.handlers:
            name = caught_name(handler)
            is_around = not path.went_on and self._goes_on_in(statement.body)
            is_gone = "Disconnect" in name  # nobody reads the answer, whoever noticed it
            is_early = name not in _BROAD and not is_gone and self._may_raise_before(statement.body)
            self._caught.append(name or "Exception")
            self._handling.append(handler if is_around and _is_for_http(handler) else None)
            is_answer = is_early or (is_around and not _is_of_clients(name))
            before = len(self._conduct.passed_on)
            ends.append(self._block(handler.body, _Path(path.went_on or is_gone or (is_around and not is_answer))))
            if self._handling.pop() and len(self._conduct.passed_on) == before:
                self._conduct.converts = True
            self._caught.pop()
        return self._block(statement.final, _either(ends)) if statement.final else _either(ends)

    def _goes_on_in(self, body: tuple[m.Stmt, ...]) -> bool:
        return any(self._goes_on(node) for node in nodes_of(body))

    def _may_raise_before(self, body: tuple[m.Stmt, ...]) -> bool:
        """Return whether a `try` raises, or calls what may raise, before it goes on."""
        for node in nodes_of(body):
            if self._goes_on(node):
                return False
            if isinstance(node, m.Raise) or (isinstance(node, m.Call) and self._edges.get(node.end)):
                return True
        return False

    def _return(self, statement: m.Return, path: _Path) -> None:
        if statement.value is None:
            return
        after = self._expressions((statement.value,), path, statement)
        if after.went_on or not self._calls_on:
            return
        value = self._returned.get(self._site(statement))
        if value is None or all(option is NONE for option in options_of(value)):
            return
        if self._depth == 0 or _is_response(value):
            self._note_answer(statement, rejects=not all(map(_is_success, options_of(value))))

    def _raise(self, statement: m.Raise) -> None:
        value = self._raised.get(self._site(statement))
        handler = self._handling[-1] if self._handling else None
        is_same = isinstance(statement.value, m.Name) and handler is not None and statement.value.id == handler.name
        if handler is not None and (statement.value is None or is_same):
            self._conduct.passed_on.append(self._entry or self._site(statement))
        elif value is not None:
            self._note_escape(statement, self._site(statement), value)

    # Expressions.

    def _expressions(self, parts: tuple[m.Expr | m.Stmt, ...], path: _Path, statement: m.Stmt) -> _Path:
        went_on = path.went_on
        for node in nodes_of(parts):
            if self._goes_on(node):
                callee = self._edges.get(node.end) if isinstance(node, m.Call) else None
                if callee is not None and not went_on and isinstance(node, m.Call):
                    self._enter(callee, node, statement)
                went_on = True
            elif isinstance(node, m.Call):
                self._call(node, statement, went_on=went_on)
        return _Path(went_on)

    def _goes_on(self, node: m.Node) -> bool:
        """Return whether a node calls what is inside, or hands on what calls it."""
        if not isinstance(node, m.Call):
            return False
        if self._calls_on:
            names = [node.func, *(arg.value for arg in node.args)]
            return any(isinstance(one, m.Name) and one.id == self._calls_on for one in names)
        called = self._called.get(self._site(node))
        if called is not None and called.name.startswith(_RESPONSES):
            return False
        is_own = isinstance(node.func, m.Name) and node.func.id == self._sends
        return not is_own and any(isinstance(arg.value, m.Name) and arg.value.id == self._receives for arg in node.args)

    def _call(self, node: m.Call, statement: m.Stmt, *, went_on: bool) -> None:
        site = self._site(node)
        if self._sends and not went_on and self._is_sending(node, site):
            called = self._called.get(site)
            is_success = called is not None and called.receiver is not None and _is_success(called.receiver)
            self._note_answer(statement, rejects=not is_success)
            return
        callee = self._edges.get(node.end)
        if callee is not None:
            self._enter(callee, node, statement, went_on=went_on)

    def _is_sending(self, node: m.Call, site: Site) -> bool:
        called = self._called.get(site)
        if called is not None and called.name.startswith(_RESPONSES) and called.name.endswith(".__call__"):
            return True
        texts = (one.value for one in nodes_of(tuple(arg.value for arg in node.args)) if isinstance(one, m.Const))
        return isinstance(node.func, m.Name) and node.func.id == self._sends and _START in texts

    def _enter(self, callee: Activation, node: m.Call, statement: m.Stmt, *, went_on: bool = False) -> None:
        """Follow the paths of a function of the project that is called."""
        function = callee.subject
        if self._depth >= _DEEPEST or not isinstance(function, FunctionValue):
            return
        definition = function.definition
        if not isinstance(definition, m.Function) or definition.is_generator:
            return
        handed = {own: _parameter(function, definition, node, own) for own in self._hands() if own}
        walk = _Walk(
            self._conduct,
            callee,
            definition,
            calls_on=handed.get(self._calls_on, ""),
            sends=handed.get(self._sends, ""),
            receives=handed.get(self._receives, ""),
            depth=self._depth + 1,
            entry=self._entry or self._site(statement),
        )
        walk._catching = [*self._catching]
        walk._caught = [*self._caught]
        walk.run(went_on=went_on)

    def _hands(self) -> tuple[str, str, str]:
        return self._calls_on, self._sends, self._receives

    # Notes.

    def _site(self, node: m.Stmt | m.Call) -> Site:
        return Site(self._path, node.start, node.end)  # type: ignore[union-attr]  # no statement without a place asks

    def _note_answer(self, statement: m.Stmt, *, rejects: bool = True) -> None:
        caught = self._caught[-1] if self._caught else ""
        self._conduct.answers.append(Answer(self._entry or self._site(statement), caught, rejects))

    def _note_escape(self, statement: m.Stmt, raised: Site, value: Value) -> None:
        if not any(_catches(handler, value) for handlers in self._catching for handler in handlers):
            self._conduct.escapes.append(Escape(self._entry or self._site(statement), raised, value))


def _either(paths: list[_Path]) -> _Path:
    """Return where several paths of which one is taken stand: only those that are not left go on."""
    staying = [path for path in paths if not path.is_left]
    if not staying:
        return _Path(all(path.went_on for path in paths), is_left=True)
    return _Path(all(path.went_on for path in staying))


def caught_name(handler: m.Handler) -> str:
    """Return the last name of what an `except` catches, the first of several, empty for everything."""
    return next(iter(_caught_names(handler)), "")


def _caught_names(handler: m.Handler) -> list[str]:
    given = handler.type
    parts = given.items if isinstance(given, m.Seq) else (given,) if given is not None else ()
    return [part.id if isinstance(part, m.Name) else part.name if isinstance(part, m.Attr) else "?" for part in parts]


def _is_for_http(handler: m.Handler) -> bool:
    names = _caught_names(handler)
    return not names or any(name in _BROAD or name.endswith("HTTPException") for name in names)


def _is_of_clients(name: str) -> bool:
    return name in _OF_CLIENTS or "Disconnect" in name


def _catches(handler: m.Handler, value: Value) -> bool:
    """Return whether an `except` catches an exception; one that cannot be told counts as caught."""
    names = _caught_names(handler)
    if not names or not isinstance(value, Instance | ClassValue | External):
        return True
    return any(name in _BROAD or name == "?" or name in ancestors(value) for name in names)


def ancestors(value: Value) -> frozenset[str]:
    """Return the bare names of the class of an exception and of its bases."""
    kind = value.type if isinstance(value, Instance) else value
    if isinstance(kind, External):
        return frozenset({kind.name.rpartition(".")[2]})
    if not isinstance(kind, ClassValue):
        return frozenset()
    own = {owner.name for owner in mro(kind)}
    return frozenset(own | {name.rpartition(".")[2] for name in external_bases(kind)})


def is_http_exception(value: Value) -> bool:
    """Return whether a value is surely an `HTTPException`, its class or one of a class built on it."""
    kind = value.type if isinstance(value, Instance) else value
    return any(name in HTTP_EXCEPTIONS for name in _library_names(kind))


def _library_names(kind: Value | None) -> Iterable[str]:
    """Return the names of a library's class, or of the libraries' classes among a class's bases."""
    if isinstance(kind, ClassValue):
        return external_bases(kind)
    return (kind.name,) if isinstance(kind, External) else ()


def _is_response(value: Value) -> bool:
    for option in options_of(value):
        kind = option.type if isinstance(option, Instance) else None
        if any(name.startswith(_RESPONSES) for name in _library_names(kind)):
            return True
    return False


def _is_success(value: Value) -> bool:
    """Return whether a value is no response at all, or surely one that says that all went well."""
    if value is NONE:
        return True
    if not isinstance(value, Instance) or not _is_response(value):
        return False
    status = value.arguments.get(1, "status_code")
    names = [name.rpartition(".")[2] for name in _library_names(value.type)]
    if status is None:
        return isinstance(value.type, External) and "RedirectResponse" not in names
    return isinstance(status, Literal) and isinstance(status.value, int) and 200 <= status.value < 300


def _parameter(function: FunctionValue, definition: m.Function, call: m.Call, name: str) -> str:
    """Return the parameter of a called function that is given a name of the caller, empty where none is."""
    params = [param.name for param in definition.params if param.kind in {"plain", "positional"}]
    if function.owner is not None and function.kind != "staticmethod" and isinstance(call.func, m.Attr):
        params = params[1:]
    for index, arg in enumerate(call.args):
        if isinstance(arg.value, m.Name) and arg.value.id == name and not arg.star:
            return arg.keyword or (params[index] if index < len(params) else "")
    return ""
