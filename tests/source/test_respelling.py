"""Python that LibCST refuses is read all the same, and everything in it keeps its place."""

from __future__ import annotations

import libcst
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastapi_lint.engine.files import extracted
from fastapi_lint.facts import model as m
from fastapi_lint.facts.bodies import Bodies
from fastapi_lint.source.respelling import respelled
from tests.source.test_guard import FRAGMENTS

REFUSED = {
    "a target": "(x): int = here(1)\n",
    "a target in a class": "class A:\n    (x): int = here(1)\n    y: int\n",
    "a second target in a class": "class A:\n    y: int\n    (x): int = here(1)\n",
    "a first statement in blocks": "class A:\n def f():\n  (x): int = here(1)\n  y\n z\n",
    "a first statement below a comment": "class A:\n def f():  # c\n  # d\n  (x): int = here(1)\n z\n",
    "a first statement in blocks with CRLF": "class A:\r\n def f():\r\n  ((x)): int = here(1)\r\n z\r\n",
    "a first statement in blocks with CR": "class A:\r def f():\r  (x): int = here(1)\r z\r",
    "targets in lines": "if a:\n if b:\n  (x): int\n  (y): int\n (z): int = here(1)\n",
    "tabs": "if a:\n\t(x): int = here(1)\n\ty\n",
    "two parentheses": "if a:\n  ((x)): int = here(1)\n",
    "blanks": "if a:\n  (  ( x ) ) : int = here(1)\n",
    "an attribute": "(a.b): int = here(1)\n",
    "a subscript": "((a)[(0)]): int = here(1)\n",
    "no value": "(x): here(1)\n",
    "behind a semicolon": "a; (x): int = here(1)\n",
    "behind a colon": "if a: (x): int = here(1)\n",
    "CRLF": "if a:\r\n    (x): int = here(1)\r\n",
    "not ASCII": "é = 'é'\n(é): int = here(1)\n",
    "a prefix": "x = tr'{here(1)}'\n",
    "a prefix in capitals": "x = TR'''{here(1)}'''\n",
    "prefixes": "x = tr'a' Tr'{here(1)}'\n",
}
READ = {
    "templates": "x = t'a' t'{here(1)}'\n",
    "templates in lines": "x = (t'a{b}'\n   t'c'  # d\n\tt'{here(1)}')\n",
    "a template in a template": "x = t'{t'a' t'{here(1)}'}'\n",
}
OTHERS = [
    "if (x): y\n",
    "while (x): y\n",
    "match (x):\n case (y): z\n",
    "x = lambda: (y)\n",
    "x = {(y): z}\n",
    "x[(y):z]\n",
    "(x) if y else z\n",
    "(a), (b) = c\n",
    "(x)[0]: int\n",
    "t'a'\nt'b'\n",
    "x = [t'a', t'b']\n",
    "x = t'{a}' + t'{b}'\n",
    "x = rt'a'\n",
    "f'{(x):>10}'\n",
    "'''\n(x): int\n'''\n",
]
BODY = "def f():\n    {}    # {}\n    other()\n"


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_what_libcst_refuses_is_read(text: str) -> None:
    with pytest.raises(libcst.ParserSyntaxError):
        libcst.parse_module(text)
    assert calls(text.encode()) == ["here(1)"]


@pytest.mark.parametrize("text", READ.values(), ids=READ)
def test_what_libcst_takes_without_its_checks_is_read(text: str) -> None:
    assert calls(text.encode()) == ["here(1)"]


@pytest.mark.parametrize("text", [one for one in REFUSED.values() if not {*"\r\n"} & {*one[:-1]}])
def test_bodies_that_are_read_later_are_no_exception(text: str) -> None:
    data = BODY.format(text, "-" * 100).encode()
    assert calls(data, Bodies(data)) == ["here(1)", "other()"]


@pytest.mark.parametrize("text", OTHERS)
def test_nothing_else_is_changed(text: str) -> None:
    assert respelled(text) == text


@settings(max_examples=400, deadline=None)
@given(st.lists(FRAGMENTS | st.sampled_from(["(x): ", "((x)) : ", "tr'", "    ", "if a:\n"]), max_size=20).map("".join))
def test_the_length_and_what_is_no_blank_stay(text: str) -> None:
    said = respelled(text)
    assert len(said) == len(text)
    assert all(new == old or old in "( )\t\f\r\ntTrR" for new, old in zip(said, text, strict=True))


def calls(data: bytes, bodies: Bodies | None = None) -> list[str]:
    """Return the text of every call, by the spans that facts give it."""
    found = extracted(data, bodies)
    assert found.facts is not None, found.message
    pending: list[object] = [*found.facts.body]
    spans: set[tuple[int, int]] = set()
    while pending:
        node = pending.pop()
        if isinstance(node, tuple):
            pending.extend(node)
        elif hasattr(node, "__struct_fields__"):
            pending.extend(m.parts(node))
            if isinstance(node, m.Call):
                spans.add((node.start, node.end))
    return [data[start:end].decode() for start, end in sorted(spans)]
