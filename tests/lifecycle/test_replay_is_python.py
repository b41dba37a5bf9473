"""Generated modules: what the replay knows of their names is what Python makes of the same text."""

from __future__ import annotations

import sys
import types
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.lifecycle.namespaces import is_possible, namespace, shown

if TYPE_CHECKING:
    import random

NUMBERS, TEXTS, LISTS, DICTS, FLAGS = "abc", "st", "pq", "mn", ("flag0", "flag1", "flag2")
START = """\
from elsewhere import flag0, flag1, flag2
a, b, c = 1, 2, 3
s, t = "s", "t"
p, q = [1, 2], []
m, n = {"x": 1}, {}
class Box:
    size = 1
    parts = []
    def __init__(self, size=0, *rest):
        self.held = size
        self.rest = rest
    @property
    def double(self):
        return self.held * 2
    @classmethod
    def make(cls, size):
        return cls(size)
    @staticmethod
    def plain(x):
        return x + 1
    def grow(self, by=1):
        self.held += by
        return self
class Small(Box):
    size = 2
    def __init__(self, *args):
        super().__init__(*args)
        self.small = True
    def grow(self, by=5):
        return super().grow(by)
box, other = Box(3), Small(4)
def same(x): return x
def listed(*args, **words): return [*args], words
"""
KEYS = "xyz"
HANDLERS = [("Exception",), ("ValueError", "(KeyError, IndexError)"), ("LookupError", "Exception as error")]


class Writer:
    """Writes a module from drawn choices; every expression has a type, so that few programs raise."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.lines: list[str] = []
        self.indent = 0
        self.functions: list[str] = []
        self.fresh = 0
        self.in_loop = 0
        self.in_function = False
        self.locals: list[str] = []

    def pick(self, *options: str) -> str:
        return self.chance.choice(options)

    def small(self, low: int, high: int) -> int:
        return self.chance.randint(low, high)

    def put(self, line: str) -> None:
        self.lines.append("    " * self.indent + line)

    def name(self, prefix: str) -> str:
        self.fresh += 1
        return f"{prefix}{self.fresh}"

    # Expressions.

    def number(self, depth: int = 2) -> str:
        plain = [*NUMBERS, *self.locals, "box.held", "other.held", "box.size", "Small.size"]
        if depth == 0 or self.small(0, 2) == 0:
            return self.pick(str(self.small(-3, 9)), *plain)
        kind = self.small(0, 15)
        inner = self.number(depth - 1)
        match kind:
            case 0 | 1 | 2:
                return f"({inner} {self.pick('+', '-', '*')} {self.number(depth - 1)})"
            case 3:
                return f"len({self.listing(depth - 1)})"
            case 4:
                return f"({inner} if {self.truth(depth - 1)} else {self.number(depth - 1)})"
            case 5:
                listing = self.pick(*LISTS)
                return f"({listing}[{self.pick('0', '-1')}] if {listing} else {inner})"
            case 6:
                return f"{self.mapping(depth - 1)}.get({self.pick(*KEYS)!r}, {inner})"
            case 7:
                return f"({self.pick(*NUMBERS)} := {inner})"
            case 8 if self.functions:
                return f"{self.pick(*self.functions)}({inner})"
            case 9:
                return f"same({inner})"
            case 10:
                return f"(lambda x, y={self.number(depth - 1)}: x + y)({inner})"
            case 11:
                return self.pick("box.double", "other.double", "Box.make(2).held", "other.plain(3)", "box.grow().held")
            case 12:
                return f"int({self.pick('True', repr(str(self.small(0, 99))), inner)})"
            case 13:
                return f"[{inner}, {self.number(depth - 1)}][{self.pick('0', '1', '-1', 'True')}]"
            case 14:
                return f"({inner} {self.pick('and', 'or')} {self.number(depth - 1)})"
            case _:
                return f"-{inner}" if not inner.startswith("-") else inner

    def text(self, depth: int = 2) -> str:
        if depth == 0 or self.small(0, 2) == 0:
            return self.pick(*TEXTS, "'u'", "'V w'", "''")
        inner = self.text(depth - 1)
        match self.small(0, 11):
            case 0 | 1:
                return f"({inner} + {self.text(depth - 1)})"
            case 2:
                return f'f"{{{self.pick(*TEXTS, *NUMBERS)}}}{self.pick("-", "{{}}", "{s}", "{a!r}", "{a:>3}", "{s=}")}"'
            case 3:
                method = self.pick("upper()", "strip()", "title()", "replace('s', 'r')", "removeprefix('s')", "lower()")
                return f"{inner}.{method}"
            case 4:
                return f"str({self.number(depth - 1)})"
            case 5:
                return f"{self.pick(*TEXTS)}.join([{inner}, {self.text(depth - 1)}])"
            case 6:
                return f"({inner} if {self.truth(depth - 1)} else {self.text(depth - 1)})"
            case 7:
                return f"({inner} {self.pick('and', 'or')} {self.text(depth - 1)})"
            case 8:
                return f"{inner}.split('-')[0]"
            case 9:
                return self.pick("same.__name__", "Box.__name__", "type(other).__name__", "__name__")
            case 10:
                return f"getattr(box, 'missing', {inner})"
            case _:
                return f"{inner}.lstrip()"

    def truth(self, depth: int = 2) -> str:
        if depth == 0 or self.small(0, 2) == 0:
            return self.pick(*FLAGS, *FLAGS, "True", "False")
        match self.small(0, 11):
            case 0 | 1 | 2:
                operator = self.pick("<", ">", "==", "!=", "<=", ">=")
                return f"({self.number(depth - 1)} {operator} {self.number(depth - 1)})"
            case 3:
                return f"(not {self.truth(depth - 1)})"
            case 4 | 5:
                return f"({self.truth(depth - 1)} {self.pick('and', 'or')} {self.truth(depth - 1)})"
            case 6:
                return f"({self.number(depth - 1)} {self.pick('in', 'not in')} {self.listing(depth - 1)})"
            case 7:
                return f"({self.pick(*KEYS)!r} in {self.mapping(depth - 1)})"
            case 8:
                return f"({self.text(depth - 1)} {self.pick('==', '!=')} {self.text(depth - 1)})"
            case 9:
                return f"({self.pick('None', self.number(0), self.pick(*LISTS))} {self.pick('is', 'is not')} None)"
            case 10:
                kind = self.pick("Box", "Small", "int", "(Small, str)")
                return f"isinstance({self.pick('box', 'other', self.number(0))}, {kind})"
            case _:
                return f"bool({self.pick(self.listing(depth - 1), self.mapping(depth - 1), self.text(depth - 1))})"

    def listing(self, depth: int = 2) -> str:
        if depth <= 0 or self.small(0, 2) == 0:
            return self.pick(*LISTS, "[]", "[1, 2, 3]", "Box.parts")
        inner = self.listing(depth - 1)
        number = self.number(depth - 1)
        match self.small(0, 13):
            case 0:
                return f"[{number}, {self.number(depth - 1)}]"
            case 1:
                return f"({inner} + {self.listing(depth - 1)})"
            case 2:
                return f"[x + {self.number(0)} for x in {inner} if {self.pick('x > 1', 'True', self.truth(0))}]"
            case 3:
                return f"list(range({self.small(0, 4)}))"
            case 4:
                return f"list({inner})"
            case 5:
                return f"[*{inner}, {number}]"
            case 6:
                return f"{inner}[:]"
            case 7:
                return f"({inner} if {self.truth(depth - 1)} else {self.listing(depth - 1)})"
            case 8:
                return f"sorted({inner})"
            case 9:
                return f"[x for _, x in enumerate({inner}, {self.small(0, 2)})]"
            case 10:
                return f"[i for i, _ in enumerate({inner}{self.pick('', ', 1', ', start=2')})]"
            case 11:
                return f"listed({number}, *{inner})[0]"
            case 12:
                return f"[x * y for x, y in zip({inner}, {self.listing(depth - 1)})]"
            case _:
                return f"list(reversed({inner}))"

    def mapping(self, depth: int = 2) -> str:
        if depth <= 0 or self.small(0, 2) == 0:
            return self.pick(*DICTS, "{}", "{'y': 2}")
        inner = self.mapping(depth - 1)
        match self.small(0, 7):
            case 0:
                return f"{{{self.pick(*KEYS)!r}: {self.number(depth - 1)}, {self.pick(*KEYS)!r}: {self.number(0)}}}"
            case 1:
                return f"{{**{inner}, {self.pick(*KEYS)!r}: {self.number(depth - 1)}, **{self.mapping(depth - 1)}}}"
            case 2:
                return f"dict({inner}, {self.pick(*KEYS)}={self.number(depth - 1)})"
            case 3:
                return f"({inner} | {self.mapping(depth - 1)})"
            case 4:
                return f"{{k: v + 1 for k, v in {inner}.items()}}"
            case 5:
                return f"({inner} if {self.truth(depth - 1)} else {self.mapping(depth - 1)})"
            case 6:
                return f"listed(**{inner})[1]"
            case _:
                return f"{inner}.copy()"

    # Statements.

    def block(self, depth: int, most: int = 3) -> None:
        self.indent += 1
        for _ in range(self.small(1, most)):
            self.statement(depth)
        self.indent -= 1

    def statement(self, depth: int) -> None:
        kinds = [self.bind, self.bind, self.change, self.change, self.hold, self.unpack]
        if depth:
            kinds += [self.branch, self.branch, self.loop, self.loop, self.attempt, self.select, self.manage]
            if not self.in_function:
                kinds += [self.klass]
            if not self.indent:
                # Elsewhere it may not be there when it is called, and a NameError is nothing that the replay foresees.
                kinds += [self.function, self.function, self.function]
        if self.in_loop:
            kinds += [self.leave, self.leave]
        if self.in_function:
            kinds += [self.give]
        self.chance.choice(kinds)(depth)

    def bind(self, _depth: int) -> None:
        match self.small(0, 6):
            case 0 | 1:
                self.put(f"{self.pick(*NUMBERS)} = {self.number()}")
            case 2:
                self.put(f"{self.pick(*TEXTS)} = {self.text()}")
            case 3:
                self.put(f"{self.pick(*LISTS)} = {self.listing()}")
            case 4:
                self.put(f"{self.pick(*DICTS)} = {self.mapping()}")
            case 5:
                self.put(f"{self.pick(*NUMBERS)} {self.pick('+=', '-=', '*=')} {self.number()}")
            case _:
                self.put(f"{self.pick(*TEXTS)} += {self.text()}")

    def change(self, _depth: int) -> None:
        listing, mapping, key = self.pick(*LISTS, "Box.parts"), self.pick(*DICTS), self.pick(*KEYS)
        number = self.number(1)
        self.put(
            self.pick(
                f"{listing}.append({number})",
                f"{listing}.extend({self.listing(1)}[:5])",
                f"{listing} += {self.listing(1)}[:5]",
                f"{listing}.insert({self.small(0, 2)}, {number})",
                f"{listing} and {listing}.pop()",
                f"if {listing}: {listing}.pop({self.pick('0', '-1')})",
                f"if {number} in {listing}: {listing}.remove({number})",
                f"{listing}.clear()",
                f"if {listing}: {listing}[0] = {number}",
                f"if {listing}: del {listing}[-1]",
                f"{listing}.sort()",
                f"{listing}.reverse()",
                f"{mapping}[{key!r}] = {number}",
                f"{mapping}[{self.text(1)}] = {number}",
                f"{mapping}.setdefault({key!r}, {number})",
                f"{mapping}.update({self.mapping(1)})",
                f"{mapping}.pop({key!r}, None)",
                f"{mapping} |= {self.mapping(1)}",
                f"if {key!r} in {mapping}: del {mapping}[{key!r}]",
                f"{mapping}.clear()",
            )
        )

    def hold(self, _depth: int) -> None:
        holder = self.pick("box", "other", "Box", "Small", f"({self.pick(*FLAGS)} and box or other)")
        number = self.number(1)
        self.put(
            self.pick(
                f"{holder}.size = {number}",
                f"setattr({holder}, 'size', {number})",
                f"box.held {self.pick('=', '+=')} {number}",
                f"other.grow({number})",
                f"box = {self.pick(f'Box({number})', f'Small({number})', 'other', f'box.grow({number})')}",
                f"{self.pick(*NUMBERS)} = {self.pick('other.size', 'Box.size', 'len(Box.parts)')}",
            )
        )

    def unpack(self, _depth: int) -> None:
        first, second, third = self.pick("a", "b"), self.pick("b", "c"), self.pick(*LISTS)
        self.put(
            self.pick(
                f"{first}, {second} = {self.number(1)}, {self.number(1)}",
                f"({first}, [{second}]) = {self.number(1)}, [{self.number(1)}]",
                f"{first}, *{third} = [{self.number(1)}, *{self.listing(1)}]",
                f"*{third}, {second} = ({self.number(1)}, {self.number(1)})",
                f"{first}, *{third}, {second} = {self.number(1)}, {self.number(1)}, {self.number(1)}",
                f"{first} = {second} = {self.number(1)}",
                f"{third}, {self.pick(*DICTS)} = listed({self.number(1)}, x={self.number(1)})",
            )
        )

    def branch(self, depth: int) -> None:
        self.put(f"if {self.truth()}:")
        self.block(depth - 1)
        if self.small(0, 2) == 0:
            self.put(f"elif {self.truth()}:")
            self.block(depth - 1)
        if self.small(0, 1):
            self.put("else:")
            self.block(depth - 1)

    def loop(self, depth: int) -> None:
        if self.small(0, 3) == 0:
            turns = self.name("turn")
            self.put(f"{turns} = 0")
            self.put(f"while {turns} < {self.small(0, 3)}{self.pick('', f' and {self.truth(1)}')}:")
            self.indent += 1
            self.put(f"{turns} += 1")
            self.indent -= 1
        else:
            source = self.pick(
                f"{self.listing()}[:4]",
                "[1, 2, 3]",
                "(1, 2)",
                f"list({self.listing(1)})[:4]",
                "range(3)",
                "{1: 2, 3: 4}",
            )
            self.put(f"for {self.pick(*NUMBERS)} in {source}:")
        self.in_loop += 1
        self.block(depth - 1)
        self.in_loop -= 1
        if self.small(0, 2) == 0:
            self.put("else:")
            self.block(0, 2)

    def leave(self, _depth: int) -> None:
        self.put(f"if {self.truth()}: {self.pick('break', 'continue')}")

    def attempt(self, depth: int) -> None:
        before, self.in_loop = self.in_loop, 0
        self.put("try:")
        self.block(depth - 1)
        if self.small(0, 2):
            self.indent += 1
            failing = self.pick(
                "raise ValueError", "raise KeyError('x')", "{}['x']", "[][0]", "int('x')", "{}.pop('x')", "fail()"
            )
            self.put(self.pick(failing, f"if {self.truth()}: {failing}"))
            self.statement(0)
            self.indent -= 1
        if self.small(0, 3) == 0:
            self.put("finally:")
            self.block(0, 2)
            self.in_loop = before
            return
        for kind in self.chance.choice(HANDLERS):
            self.put(f"except {kind}:")
            self.block(0, 2)
        if self.small(0, 2) == 0:
            self.put("else:")
            self.block(0, 2)
        if self.small(0, 2) == 0:
            self.put("finally:")
            self.block(0, 2)
        self.in_loop = before

    def select(self, depth: int) -> None:
        self.put(f"match {self.number(1)}:")
        self.indent += 1
        for pattern in (
            str(self.small(-1, 3)),
            f"{self.small(0, 9)} | {self.small(0, 9)}",
            f"{self.pick(*NUMBERS)} if {self.truth(1)}",
            "_",
        ):
            if self.small(0, 1):
                self.put(f"case {pattern}:")
                self.block(depth - 1, 2)
        self.put("case float():")
        self.block(0, 1)
        self.indent -= 1

    def manage(self, depth: int) -> None:
        self.put(f"with {self.pick('nothing()', 'suppress(LookupError)')}{self.pick('', ' as ' + self.name('held'))}:")
        self.block(depth - 1)

    def function(self, depth: int) -> None:
        name = self.name("f")
        used = self.chance.sample([*NUMBERS, *LISTS, *DICTS, *TEXTS, "box"], self.small(1, 4))
        self.put(f"def {name}(x, y={self.number(1)}{self.pick('', ', *args', ', z=3, **words')}):")
        every = [*NUMBERS, *TEXTS, *LISTS, *DICTS, "box"]
        self.indent += 1
        self.put(f"global {', '.join(used)}")
        for one in every:
            if one not in used:
                self.put(f"{one} = outer_{one}")
        before, self.in_loop, self.in_function, self.locals = self.in_loop, 0, True, ["x", "y"]
        for _ in range(self.small(1, 3)):
            self.statement(depth - 1)
        self.in_loop, self.in_function, self.locals = before, False, []
        self.put(f"return {self.number()}")
        self.indent -= 1
        self.functions.append(name)

    def give(self, _depth: int) -> None:
        self.put(f"if {self.truth()}: return {self.number(1)}")

    def klass(self, depth: int) -> None:
        name = self.name("C")
        bases = self.pick("", "(Box)", "(Small)", "(Small, Box)")
        self.put(f"class {name}{bases}:")
        self.indent += 1
        self.put(f"size = {self.number(1)}")
        self.put(f"items = [x for x in {self.listing(1)}]")
        if self.small(0, 1):
            self.put(f"if {self.truth(1)}: size = {self.number(1)}")
        self.indent -= 1
        if bases:
            self.put(f"{self.pick('box', 'other')} = {name}({self.number(1)})")


OUTER = "".join(f"outer_{name} = {name}\n" for name in [*NUMBERS, *TEXTS, *LISTS, *DICTS, "box"])
REST = """\
from contextlib import suppress
def fail(): raise ValueError
class nothing:
    def __enter__(self): return 5
    def __exit__(self, *error): return None
"""


def module_of(chance: random.Random) -> str:
    """The text of a module."""
    writer = Writer(chance)
    for _ in range(chance.randint(1, 6)):
        writer.statement(2)
    return START + OUTER + REST + "\n".join(writer.lines) + "\n"


def executed(text: str, flags: tuple[bool, ...]) -> dict[str, Any] | None:
    """What Python binds; None where the module raises."""
    elsewhere = types.ModuleType("elsewhere")
    for name, flag in zip(FLAGS, flags, strict=True):
        setattr(elsewhere, name, flag)
    names: dict[str, Any] = {"__name__": "module"}
    sys.modules["elsewhere"] = elsewhere
    try:
        exec(compile(text, "module.py", "exec"), names)
    except Exception:  # noqa: BLE001  # a program may raise anything
        return None
    finally:
        del sys.modules["elsewhere"]
    return names


def wrong(text: str, flags: tuple[bool, ...]) -> dict[str, tuple[str, str]]:
    """The names of which the replay knows something that is not so."""
    real = executed(text, flags)
    if real is None:
        return {}
    said = namespace(text)
    names = [name for name in real if name in said]
    return {name: (repr(real[name]), shown(said[name])) for name in names if not is_possible(said[name], real[name])}


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.randoms(use_true_random=False), st.tuples(st.booleans(), st.booleans(), st.booleans()))
def test_what_the_replay_knows_is_what_python_makes(chance: random.Random, flags: tuple[bool, ...]) -> None:
    assert wrong(module_of(chance), flags) == {}
