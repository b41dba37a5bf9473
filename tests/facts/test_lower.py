"""Every form of Python's grammar lowers, and no call is lost on the way."""

from __future__ import annotations

import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

import libcst as cst
import pytest

from fastapi_lint.facts import model as m
from fastapi_lint.facts.codec import decode, encode
from fastapi_lint.facts.extract import extract
from fastapi_lint.source.decoding import decode as decode_source
from fastapi_lint.source.parse import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

STANDARD = Path(sysconfig.get_path("stdlib"))
SAMPLE = sorted(path for path in STANDARD.rglob("*.py") if 8_000 < path.stat().st_size < 60_000)
SAMPLE = [path for path in SAMPLE if not {"site-packages", "lib2to3", "idlelib", "test"} & set(path.parts)][::40]


def calls_of_tree(text: str) -> int:
    """The number of calls in a file, but for patterns and for bounds of type parameters, which Python never runs."""
    found, pending = 0, [parse(text).module]
    while pending:
        node = pending.pop()
        found += isinstance(node, cst.Call)
        skipped = cst.MatchPattern | cst.TypeParameters
        pending += [child for child in node.children if not isinstance(child, skipped)]
    return found


def calls_of_facts(facts: m.ModuleFacts) -> int:
    return sum(isinstance(node, m.Call) for node in nodes(facts.body))


def nodes(root: object) -> Iterator[m.Node]:
    pending = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, tuple):
            pending.extend(node)
        elif isinstance(node, m.Node):
            yield node
            pending.extend(m.parts(node))


FORMS = {
    "names": "f(a); f(True); f(None); f(...)",
    "numbers": "f(1, 1_000, 0x_ff, 0b1, 0o7, 1.5, 1e9, 1_0.0_1, 2j, 99999999999999999999999)",
    "texts": "f('a', \"b\", '''c''', r'd', b'e', rb'f', 'a' 'b', u'x', 'a' f'{g()}', b'a' b'b')",
    "texts that cannot be stored": "f('\\ud800', f'{g()}\\ud800', '\\N{DASH}', 'a' '\\udfff')",
    "f-strings": "f(f'a{g()}b', f'{g()!r:>{h()}}', f'{g()=}', f'{{}}', rf'{g()}\\d', f'{f\"{g()}\"}', f'''{\ng()\n}''')",
    "f-strings of 3.12": "f(f'{'a' + g('b')}', f'{g('\\n')}')",
    "templates of 3.14": "f(t'a{g()}{h()!r:{i()}}')",
    "displays": "f([g(), *h()], (g(),), {g(), *h()}, {g(): h(), **i()}, (), [], {}, *g(), **h())",
    "calls": "f(g(1)(2), a.b.c(d=e()), f(*g(), *h(), **i(), k=j()), f(x for x in g()), print(file=g()))",
    "operators": "-g() + ~h() * +i() ** j() // k() % l() @ m() << n() >> o() & p() ^ q() | r() / s() - t()",
    "comparisons": "g() < h() <= i() == j() != k() >= l() > m() is n() is not o() in p() not in q()",
    "logic": "not g() and h() or i(); (g() if h() else i())",
    "access": "g()[h()]; g()[h():i():j()]; g()[h(), i()]; g()[...]; g()[:]; g().a.b; g()[*h(), i()]",
    "lambdas": "lambda a, /, b=g(), *c, d=h(), **e: i(); lambda: (yield g()); lambda *, a: g()",
    "comprehensions": "[g() for x in h() if i() if j() for y in k()]; {g() for x in h()}; {g(): h() for x in i()}; (g() for x in h())",
    "comprehensions of 3.15": "[*g() for x in h()]; {*g() for x in h()}; {**g() for x in h()}; (*g() for x in h())",
    "walrus": "(x := g()); [y := g(), y]; f(z := g())",
    "assignments": "a = b = g(); a, *b = g(); a.b = g(); a[g()] = h(); g().x = 1; (a) = g(); [a, b] = g(); a, = g()",
    "annotations": "a: g() = h(); b: i(); c.d: g() = h(); e[g()]: h()",
    "augmented": "".join(
        f"a {op}= g()\n" for op in ["+", "-", "*", "/", "//", "%", "**", "@", "&", "|", "^", "<<", ">>"]
    )
    + "a[g()] += h()",
    "deletions": "del a, b.c, d[g()]; del (e, f); del [g]; del h().i",
    "assertions": "assert g(); assert g(), h(); assert (g(), h())",
    "imports": "import a, b.c as d; from . import a; from .a import b as c, d; from ..a.b import (c, d,); from a import *; from ... import x",
    "lazy imports of 3.15": "lazy import a, b.c as d\nlazy from a import b as c\nlazy from . import d\ng()",
    "simple statements": "pass; g()\nfor x in y:\n    break\nelse:\n    g()\nwhile g():\n    continue\nelse:\n    h()",
    "functions": "@g()\n@h.i\ndef f(a, /, b: g() = h(), *c: i(), d=j(), **e: k()) -> l():\n    '''Doc.'''\n    global x\n    return m()",
    "functions of one line": "def f(): g(); return h()\nasync def k(*, a): await g()\nclass A: b = g(); c()",
    "inner functions": "def f():\n    x = 1\n    def g():\n        nonlocal x\n        return h()\n    class B(g()): pass\n    return g",
    "generators": "def f():\n    yield\n    yield g()\n    x = yield h()\n    yield from i()\n    return (yield j()), (yield)",
    "coroutines": "async def f():\n    await g()\n    async for x in h(): i()\n    else: j()\n    async with k() as l, m(): n()\n    return [await o() async for p in q() if await r()]",
    "classes": "@g()\nclass A(h(), *i(), metaclass=j(), **k()):\n    '''Doc.'''\n    a: int = l()\n    def b(self): return m()\nclass B: ...\nclass C(): pass",
    "type parameters of 3.12": "def f[T: int, *A, **P](a: T) -> g(): h()\nclass A[T](B[T], c=g()): d()\ntype X[T] = g()[T]\ntype Y = int",
    "type parameters of 3.13": "def f[T = int](a: T): h()\ntype X[*T = *tuple[int]] = g()",
    "branches": "if g(): h()\nelif i(): j()\nelse: k()\nif a:\n    if b: g()\n    else: h()",
    "try": "try: g()\nexcept h() as e: i()\nexcept (a, b): j()\nexcept: k()\nelse: l()\nfinally: m()\ntry: g()\nfinally: h()",
    "try of 3.11": "try: g()\nexcept* h() as e: i()\nexcept* (A, B): j()",
    "try of 3.14": "try: g()\nexcept A, B: h()\ntry: g()\nexcept* A, B: h()",
    "raise": "raise\nraise g()\nraise g() from h()",
    "with": "with g(), h() as a, i() as (b, c), j() as d.e, k() as f[g()]: l()\nwith (g() as a, h() as b,): i()\nwith (g()): h()",
    "match": "match g(), h():\n    case 1 | 'a' | None | -1 | 1+2j: i()\n    case [a, *b] | (a, *b): j()\n    case {'a': c, **d} if k(): l()\n    case A(e, f=g) as h2: m()\n    case x.y: n()\n    case str() | int(): o()\n    case _: p()",
    "match is a name too": "match = g(); match(h()); case = i(); type = j(); type(k()); lazy = l(); _ = m()",
    "parenthesised": "(g)(); ((g())); (yield_) = (h()); x = (\n  # c\n  g(\n    1,\n  )\n)",
    "joined lines": "x = g() + \\\n    h()\nif a and \\\n   g(): pass",
    "unicode names": "größe = été(日本())",
    "print of Python 3": "print(g(), sep='', file=h())",
    "decorators of 3.9": "@a[g()].b\n@(lambda f: h(f))\n@x if y else z()\ndef f(): pass",
    "parenthesised managers of 3.8": "with open(a) as f, (open(b)) as g: h()",
    "positional only of 3.8": "def f(a, /): g()\nlambda a, /: g()",
    "return unpacked of 3.8": "def f():\n    return *g(), h()\ndef k():\n    yield *g(), h()\nfor x in *g(), h(): i()",
    "no statements": "",
    "only a comment": "# g()",
    "only a docstring": "'''g()'''",
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_lowers_and_keeps_its_calls(form: str) -> None:
    text = FORMS[form]
    facts = extract(text)
    assert calls_of_facts(facts) == calls_of_tree(text)
    assert decode(encode(facts)) == facts


@pytest.mark.parametrize("path", SAMPLE, ids=lambda path: path.stem)
def test_real_files_lower_and_keep_their_calls(path: Path) -> None:
    source = decode_source(path.read_bytes())
    assert calls_of_facts(extract(source.text, source.encoding, source.shift)) == calls_of_tree(source.text)


def only(text: str) -> m.Expr:
    """The value of a file that is one expression statement."""
    (statement,) = extract(text).body
    assert isinstance(statement, m.Do)
    return statement.value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("f('a' 'b')", "ab"),
        ("f(u'a')", "a"),
        ("f('\\x41\\u00e9\\n')", "Aé\n"),
        ("f(r'\\n')", "\\n"),
        ("f(0x_ff)", 255),
        ("f(1_000.5)", 1000.5),
        ("f(True)", True),
        ("f(None)", None),
    ],
)
def test_literals_have_pythons_values(text: str, value: object) -> None:
    call = only(text)
    assert isinstance(call, m.Call)
    (argument,) = call.args
    assert isinstance(argument.value, m.Const)
    assert argument.value.value == value


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("f'a{b}c'", ["a", m.Name("b"), "c"]),
        ("f'{{a}}\\n\\u00e9\\\\'", ["{a}\né\\"]),
        ("rf'\\n{b}'", ["\\n", m.Name("b")]),
        ("f'é{b}日'", ["é", m.Name("b"), "日"]),
        ("f'{b!r}'", [m.Opaque((m.Name("b"),))]),
        ("f'{b:>3}'", [m.Opaque((m.Name("b"),))]),
        ("f'{b=}'", [m.Opaque((m.Name("b"),))]),
        ("f'{b:{c}}'", [m.Opaque((m.Name("b"), m.Name("c")))]),
    ],
)
def test_f_strings_have_pythons_pieces(text: str, parts: list[object]) -> None:
    value = only(text)
    assert isinstance(value, m.Text)
    assert [part.value if isinstance(part, m.Const) else part for part in value.parts] == parts


def test_what_was_called_and_imported_is_mentioned() -> None:
    text = (
        "from fastapi import FastAPI as F, APIRouter\nimport a.b as c\nfrom .. import x\nF(); c.run(); (lambda: y.z())"
    )
    facts = extract(text)
    assert facts.called == ("FastAPI", "run", "z")
    assert set(facts.imported) == {"fastapi", "fastapi.FastAPI", "fastapi.APIRouter", "a.b", "..", "..x"}


def test_docstrings_and_generators_are_noted() -> None:
    text = '"""Module."""\ndef f():\n    """Function."""\n    yield\nclass A:\n    """Class."""\nasync def g():\n    lambda: (yield)\n'
    facts = extract(text)
    assert facts.docstring is not None
    assert facts.docstring.text == "Module."
    function, owner, other = facts.body
    assert isinstance(function, m.Function)
    assert isinstance(owner, m.Class)
    assert isinstance(other, m.Function)
    assert function.docstring is not None
    assert owner.docstring is not None
    assert (function.docstring.text, owner.docstring.text) == ("Function.", "Class.")
    assert (function.is_generator, other.is_generator, other.is_async) == (True, False, True)
