"""Facts read in part and facts read at once: the same, in whatever shape the text is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastapi_lint.core.errors import SourceError
from fastapi_lint.facts.bodies import Bodies
from fastapi_lint.facts.codec import decode, encode
from fastapi_lint.facts.cuts import PLACEHOLDER, cut
from fastapi_lint.facts.extract import extract
from fastapi_lint.facts.model import Function, ModuleFacts
from fastapi_lint.facts.placing import moved
from fastapi_lint.source.decoding import decode as decode_source

ROOT = Path(__file__).parent.parent.parent
FILES = sorted(
    path
    for folder in ("fastapi_lint", "examples", "tests/fixtures", "tests/oracle", "tests/facts")
    for path in (ROOT / folder).rglob("*.py")
)
LONG = "value = call(first, second)  # what is long enough to be cut out of the text of its module\n"
BODY = f"    {LONG}    return {{name: each(name) for name in value}}\n"


def whole(facts: ModuleFacts) -> ModuleFacts:
    """Return the same facts with all bodies read."""
    return moved(facts, lambda offset: offset)


def agree(data: bytes) -> ModuleFacts:
    """Read a file at once, in part, and from the store; return the facts read in part."""
    source = decode_source(data)
    at_once = extract(source.text, source.encoding, source.shift)
    bodies = Bodies(data)
    in_part = extract(source.text, source.encoding, source.shift, bodies)
    packed = encode(in_part)
    assert whole(in_part) == at_once
    stored = decode(packed, Bodies(data, bodies.take_fresh()))
    assert stored is not None
    assert whole(stored) == at_once
    fresh = decode(packed, Bodies(data))
    assert fresh is not None
    assert whole(fresh) == at_once
    return in_part


def unread(facts: ModuleFacts) -> int:
    return sum(isinstance(node, Function) and node.unread is not None for node in facts.body)


def test_every_file_says_the_same_in_part_and_at_once() -> None:
    cuts = 0
    for file in FILES:
        data = file.read_bytes()
        try:
            decode_source(data)
            extract(decode_source(data).text)
        except SourceError:
            continue
        agree(data)
        cuts += len(cut(decode_source(data).text).found)
    assert cuts > 500


SHAPES = {
    "a function": f"def one():\n{BODY}",
    "a docstring": f'def one():\n    """Say."""\n    # why\n\n{BODY}',
    "a docstring of several parts": f"def one():\n    \"Say\" 'it'\n{BODY}",
    "a docstring and more on its line": f'def one():\n    "Say"; x = 1\n{BODY}',
    "one line": f"def one(): {LONG}",
    "a header of several lines": f"def one(\n    a,  # first\n    # second\n    b=call(),\n) -> list[\n    int\n]:\n{BODY}",
    "a continued header": f"def one(): \\\n    {LONG}",
    "a method": "class A:\n    x = 1\n\n    @prop.get(1)\n    def one(self):\n" + BODY.replace("    ", "        "),
    "branches": f"if a:\n  def one():\n{BODY}elif b:\n  def two():\n{BODY}else:\n  def three():\n{BODY}",
    "other blocks": f"try:\n def a():\n{BODY}except E:\n def b():\n{BODY}finally:\n def c():\n{BODY}",
    "a match": f"match x:\n  case 1:\n    def one():\n    {BODY}",
    "inner functions": "def one():\n    @app.post('/')\n    async def two():\n        yield 1\n" + BODY,
    "a generator": f"def one():\n    yield from other()\n{BODY}",
    "a generator of an inner function only": f"def one():\n    def two():\n        yield\n    f = lambda: (yield)\n{BODY}",
    "imports that rename": f"from a import b as c\ndef one():\n    from .x import c, y as b\n    c(b())\n{BODY}def two():\n    b()\n",
    "calls of calls": f"def one():\n    app.get('/')(handler)\n    f'{{show(x):{{width()}}}}'\n{BODY}",
    "tabs": "def one():\n\tif x:\n\t\t" + LONG + "\treturn 1\n",
    "no line end": f"def one():\n{BODY.rstrip()}",
    "a string of several lines": f'def one():\n    x = """\ndef two():\n  # no comment\n"""\n{BODY}',
    "comments that lean out": f"def one():\n# out\n  # in\n{BODY}# behind\n    # below\nx = 1\n",
    "a directive": f"def one():\n    x = 1  # noqa: FL301\n{BODY}def two():\n{BODY}",
    "middleware": f"def one():\n    # auth Middleware first\n{BODY}",
    "what stands for a cut": f"{PLACEHOLDER}0 = 1\ndef one():\n{BODY}",
    "a decorated first statement": f"def one():\n    @wrap\n    def two(): pass\n{BODY}",
    "form feeds": f"def one():\n\f{BODY}\fx = 1\n",
    "letters of all widths": f"é = 'ü'\ndef ö():\n    '''ß'''\n    ñ = '𝄞'\n{BODY}ä = call('é')\n",
    "a type with parameters": f"def one():\n    type X[T: call()] = other(T)\n{BODY}",
    "an unfinished expression": f"def one():\n    x = (\n# leaning\n1)\n{BODY}",
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_shape_says_the_same(shape: str, end: str) -> None:
    text = SHAPES[shape].replace("\n", end)
    agree(text.encode())
    agree(b"\xef\xbb\xbf" + text.encode())
    agree(("# coding: utf-8" + end + text).encode())


def test_bodies_are_left_out_and_only_those_asked_for_are_read() -> None:
    data = f"def one():\n{BODY}def two():\n{BODY}x = 1\n".encode()
    bodies = Bodies(data)
    facts = extract(data.decode(), bodies=bodies)
    assert unread(facts) == 2
    assert cut(data.decode()).text.count("\n") == 5
    assert facts.called == ("call", "each")
    first = facts.body[0]
    assert isinstance(first, Function)
    assert len(first.body) == 2
    assert first.body is not None
    assert len(bodies.take_fresh()) == 1


_LINES = st.sampled_from(
    [
        "def f(a, b=g(1)):",
        "async def h() -> T:",
        "class C(B, metaclass=m()):",
        "if x(1):",
        "else:",
        "for i in y(2):",
        "@d.get('/')",
        "    " + LONG.strip(),
        "    '''doc'''",
        "    # fastapi-lint: ignore",
        "    # a comment that is long enough to count as more than nothing in a body",
        "    import os as o, sys",
        "    from .. import q as r",
        "    yield 1",
        "    pass",
        "",
        "r(s.t(u)(v))",
        "    x = '''",
        "'''",
        "    return {a: b(c) for a in d() if e} \\",
        "    + 1",
    ]
)


@settings(deadline=None, max_examples=400)
@given(st.lists(st.tuples(st.integers(0, 2), _LINES), max_size=14))
def test_whatever_parses_says_the_same(lines: list[tuple[int, str]]) -> None:
    text = "\n".join("    " * depth + line for depth, line in lines)
    try:
        extract(text)
    except SourceError:
        with pytest.raises(SourceError):
            extract(text, bodies=Bodies(text.encode()))
        return
    agree(text.encode())
