"""A gunicorn configuration file read statement by statement; it is Python, but nothing of it is ever run.

What can be worked out: numbers, texts and truth values, names assigned earlier, functions that are one `return`,
arithmetic, `int`, `float`, `str`, `max`, `min`, `os.getenv`, `os.environ.get`, `os.environ[...]` and the number of
cores. The number of cores is at least 1, so `cpu_count() * 2 + 1` is at least 3. A variable of the environment that
no deployment file sets has the default written in the code; without a default it is unknown. A name that only one arm
of an `if` sets to a number is the least of its possible values, as a lower bound.
"""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi_lint.core.span import LineIndex, Location, Span
from fastapi_lint.facts.deployment.counting import Amount, amount_of, combined, greatest, least

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastapi_lint.facts.deployment.text import Text

MAX_BYTES = 131072
_CORES = frozenset({"cpu_count", "process_cpu_count", "sched_getaffinity"})
_KEPT = frozenset({"workers", "worker_class", "wsgi_app", "preload_app", "reload", "chdir", "pythonpath"})


@dataclass(frozen=True, slots=True)
class Value:
    """What an expression gives: a text, a truth value (as text), an amount, or None as `is_none`; else unknown.

    `decided` is the place of an environment variable that the value comes from.
    """

    text: str | None = None
    amount: Amount | None = None
    is_none: bool = False
    decided: Location | None = None

    @property
    def number(self) -> Amount | None:
        """Return the amount, also of a text that is one."""
        return self.amount if self.text is None else amount_of(self.text)


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting's value and where it stands."""

    value: Value
    location: Location


_NOTHING = Value()


def read_settings(data: bytes, path: str, variables: Mapping[str, Text]) -> Mapping[str, Setting] | int:
    """Return the settings that matter here, or the byte offset of the mistake where the file is no Python.

    `variables` is the environment that the server runs in.
    """
    if len(data) > MAX_BYTES or b"\0" in data:
        return 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(data)
        reader = _Reader(data, path, variables)
        reader.block(tree.body)
    except SyntaxError as error:
        return LineIndex(data).start_of(error.lineno) if error.lineno else 0
    except (ValueError, MemoryError, RecursionError):
        return 0
    return {name: setting for name, setting in reader.settings.items() if name in _KEPT}


class _Reader:
    """The names of one file as its statements assign them."""

    def __init__(self, data: bytes, path: str, variables: Mapping[str, Text]) -> None:
        self._lines = LineIndex(data)
        self._path = path
        self._variables = variables
        self._functions: dict[str, ast.expr] = {}
        self._depth = 0
        self._steps = 20000
        self.settings: dict[str, Setting] = {}

    def block(self, statements: Sequence[ast.stmt]) -> None:
        for statement in statements:
            self._steps -= 1
            if self._steps < 0:
                return
            if isinstance(statement, ast.Assign):
                for target in statement.targets:
                    self._assign(target, statement.value)
            elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
                self._assign(statement.target, statement.value)
            elif isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
                self._assign(statement.target, ast.BinOp(statement.target, statement.op, statement.value), statement)
            elif isinstance(statement, ast.If):
                self._if(statement)
            elif isinstance(statement, ast.Try):
                self._either([*statement.body, *statement.orelse], [s for h in statement.handlers for s in h.body])
                self.block(statement.finalbody)
            elif isinstance(statement, ast.With):
                self.block(statement.body)
            elif isinstance(statement, ast.FunctionDef) and isinstance(statement.body[-1], ast.Return):
                body = [
                    s for s in statement.body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
                ]
                if len(body) == 1 and statement.body[-1].value is not None:
                    self._functions[statement.name] = statement.body[-1].value

    def _assign(self, target: ast.expr, value: ast.expr, at: ast.stmt | None = None) -> None:
        if isinstance(target, ast.Name):
            self.settings[target.id] = Setting(self._value(value), self._location(at or target, at or value))
        elif isinstance(target, ast.Tuple):
            parts = value.elts if isinstance(value, ast.Tuple) and len(value.elts) == len(target.elts) else ()
            for index, element in enumerate(target.elts):
                self._assign(element, parts[index] if parts else value)

    def _if(self, statement: ast.If) -> None:
        truth = _truth(self._value(statement.test))
        if truth is None:
            self._either(statement.body, statement.orelse)
        else:
            self.block(statement.body if truth else statement.orelse)

    def _either(self, first: Sequence[ast.stmt], second: Sequence[ast.stmt]) -> None:
        self._steps -= len(self.settings)
        before = dict(self.settings)
        self.block(first)
        one, self.settings = self.settings, dict(before)
        self.block(second)
        other = self.settings
        self.settings = {}
        for name in [*one, *(name for name in other if name not in one)]:
            arms = [arm[name] for arm in (one, other) if name in arm]
            if len(arms) == 2 and arms[0] == arms[1]:
                self.settings[name] = arms[0]
            else:
                self.settings[name] = Setting(_either_value(arms, is_sure=len(arms) == 2), arms[0].location)

    def _location(self, first: ast.stmt | ast.expr, last: ast.stmt | ast.expr) -> Location:
        start = self._lines.start_of(first.lineno) + first.col_offset
        end = self._lines.start_of(last.end_lineno or last.lineno) + (last.end_col_offset or 0)
        return Location(self._path, Span(start, end))

    def _value(self, node: ast.expr) -> Value:
        self._depth += 1
        self._steps -= 1
        try:
            return self._worked_out(node) if self._depth < 40 and self._steps > 0 else _NOTHING
        finally:
            self._depth -= 1

    def _worked_out(self, node: ast.expr) -> Value:
        if isinstance(node, ast.Constant):
            return _constant(node.value)
        if isinstance(node, ast.Name):
            return self.settings[node.id].value if node.id in self.settings else _NOTHING
        if isinstance(node, ast.BinOp):
            left, right = self._value(node.left), self._value(node.right)
            if left.text is not None and right.text is not None and isinstance(node.op, ast.Add):
                return Value(text=(left.text + right.text)[:1000], decided=left.decided or right.decided)
            amount = combined(node.op, left.amount, right.amount)
            return Value(amount=amount, decided=left.decided or right.decided)
        if isinstance(node, ast.BoolOp):
            return self._chosen([self._value(part) for part in node.values], node.op)
        if isinstance(node, ast.IfExp):
            truth = _truth(self._value(node.test))
            if truth is not None:
                return self._value(node.body if truth else node.orelse)
            return _either_value([self._value(node.body), self._value(node.orelse)], is_sure=True)
        if isinstance(node, ast.Subscript) and _name(node.value) == "environ":
            return self._environment(node.slice, None, is_required=True)
        if isinstance(node, ast.Call):
            return self._called(node)
        return _NOTHING

    def _chosen(self, values: list[Value], operator: ast.boolop) -> Value:
        if isinstance(operator, ast.And):
            return _NOTHING
        for value in values:
            if value.is_none or value.text == "":
                continue
            return value
        return values[-1]

    def _called(self, node: ast.Call) -> Value:
        name = _name(node.func)
        if name in _CORES:
            return Value(amount=Amount(1, is_exact=False))
        if name == "getenv" or (
            name == "get" and isinstance(node.func, ast.Attribute) and _name(node.func.value) == "environ"
        ):
            default = (
                node.args[1]
                if len(node.args) > 1
                else next((k.value for k in node.keywords if k.arg == "default"), None)
            )
            return self._environment(node.args[0], default) if node.args else _NOTHING
        values = [self._value(argument) for argument in node.args]
        if name in {"int", "float", "len", "ceil", "floor", "round"} and values:
            amount = values[0].number
            if amount is not None and name in {"int", "floor"}:
                amount = Amount(float(int(amount.value)), amount.is_exact)
            return Value(amount=amount, decided=values[0].decided)
        if name == "str" and values:
            return Value(text=values[0].text, decided=values[0].decided)
        if name in {"max", "min"} and values:
            amounts = [value.number for value in values]
            decided = next((value.decided for value in values if value.decided), None)
            return Value(amount=greatest(amounts) if name == "max" else least(amounts), decided=decided)
        if name in self._functions and isinstance(node.func, ast.Name):
            return self._value(self._functions[name])
        return _NOTHING

    def _environment(self, name: ast.expr, default: ast.expr | None, *, is_required: bool = False) -> Value:
        key = self._value(name).text
        if key is None:
            return _NOTHING
        known = self._variables.get(key)
        if known is not None:
            return Value(text=known.shown, decided=known.location()) if known.is_known else _NOTHING
        if default is None:
            return _NOTHING if is_required else Value(is_none=True)
        return self._value(default)


def _truth(value: Value) -> bool | None:
    """Return whether a value is true in Python, None where that is not known."""
    if value.is_none:
        return False
    if value.text is not None:
        return value.text not in {"", "False"}
    if value.amount is None:
        return None
    return value.amount.value > 0 if value.amount.is_exact or value.amount.value > 0 else None


def _constant(value: object) -> Value:
    if value is None:
        return Value(is_none=True)
    if isinstance(value, bool):
        return Value(text=str(value))
    if isinstance(value, (int, float)):
        return Value(amount=Amount(float(value)) if 0 <= value < 1_000_000 else None)
    return Value(text=value) if isinstance(value, str) else _NOTHING


def _either_value(arms: Sequence[Setting | Value], *, is_sure: bool) -> Value:
    """Return what is known of a value that is one of several: a lower bound, or the text where all agree."""
    values = [arm.value if isinstance(arm, Setting) else arm for arm in arms]
    if is_sure and all(value == values[0] for value in values):
        return values[0]
    amounts = [value.number for value in values]
    bound = least(amounts if is_sure else [*amounts, Amount(1)])
    if bound is None:
        return _NOTHING
    return Value(amount=Amount(bound.value, is_exact=is_sure and len({a.value for a in amounts if a}) == 1))


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
