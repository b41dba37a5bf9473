"""A file that cannot be parsed says why and where, as CPython says it; what would kill the parser never reaches it."""

from __future__ import annotations

import re
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastapi_lint.core.errors import SourceError
from fastapi_lint.core.span import LineIndex
from fastapi_lint.facts.extract import extract
from fastapi_lint.source.parse import parse

BROKEN = {
    "a missing colon": "if a\n    pass\n",
    "a missing colon after CRLF": "x = 1\r\nif a\r\n    pass\r\n",
    "a missing colon after CR": "x = 1\rif a\r    pass\r",
    "a stray bracket": "x = 1\ny = 2)\n",
    "an open bracket": "x = 1\ny = f(1,\nz = 3\n",
    "an open bracket at the end": "x = [1,\n",
    "mismatched brackets": "x = (1]\n",
    "an open text": "x = 'abc\ny = 1\n",
    "an open block text": "x = '''abc\ny = 1\n",
    "an indent too many": "x = 1\n    y = 2\n",
    "an indent missing": "def f():\nx = 1\n",
    "an odd dedent": "if a:\n        b\n    c\n",
    "tabs and spaces": "if a:\n        b\n\tc\n",
    "no value": "x = \n",
    "two operators": "x = 1 + * 2\n",
    "a keyword as a name": "class = 1\n",
    "print of Python 2": "x = 1\nprint 'a'\n",
    "a broken f-string": "x = f'{a b}'\n",
    "an empty f-string field": "x = f'{}'\n",
    "an argument after a keyword": "f(a=1, 2)\n",
    "a target that is none": "f() = 1\n",
    "non-ascii before the mistake": "größe = '日本' 1\n",
    "an invalid character": "x = 1\ny = 2 $ 3\n",
    "an invalid number": "x = 1\ny = 1__0\n",
    "a lone else": "else:\n    pass\n",
    "await as a statement's middle": "x = 1 await\n",
    "an unfinished decorator": "@\ndef f(): pass\n",
    "nothing after a backslash": "x = 1 \\",
    "a space after a backslash": "x = 1 + \\ \n2\n",
    "merge marks": "x = 1\n<<<<<<< HEAD\ny = 2\n=======\ny = 3\n>>>>>>> other\n",
    "a template": "import {{ cookiecutter.name }}\n",
    "a jinja statement": "x = 1\n{% if a %}\ny = 1\n{% endif %}\n",
}


def cpython(text: str) -> SyntaxError | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<source>", "exec", flags=0x400, dont_inherit=True)
    except SyntaxError as error:
        return error
    return None


def refused(text: str) -> SourceError:
    with pytest.raises(SourceError) as caught:
        parse(text)
    return caught.value


@pytest.mark.parametrize("kind", BROKEN)
def test_the_place_and_the_reason_are_those_of_cpython(kind: str) -> None:
    text = BROKEN[kind]
    error = refused(text)
    expected = cpython(text)
    assert expected is not None
    assert expected.lineno is not None
    assert error.message == f"syntax error: {expected.msg}"
    row, column = place(text, error.offset)
    lines = re.split(r"\r\n|\r|\n", text)
    assert row == min(expected.lineno, len(lines))
    assert column == min(max(expected.offset or 1, 1), len(lines[row - 1]) + 1)


def place(text: str, offset: int) -> tuple[int, int]:
    found = LineIndex(text.encode()).position(len(text[:offset].encode()))
    return found.row, found.column


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_line_of_an_error_counts_every_line_end(end: str) -> None:
    error = refused(end.join(["x = 1", "y = 2", "if a", "    pass", ""]))
    text = end.join(["x = 1", "y = 2", "if a", "    pass", ""])
    assert place(text, error.offset)[0] == 3


@pytest.mark.parametrize(
    ("text", "row", "reason"),
    [
        ("x = 1\n\ny = " + "(" * 1000 + ")" * 1000, 3, "nested deeper"),
        ("x = 1\n\n\ny = [\n" + "[\n" * 999 + "]" * 1000, 4 + 100, "nested deeper"),
        ("x = 1\ny = " + "[" * 1000, 2, "nested deeper"),
        ("x = '(((' # (((\ny = " + "{" * 1000, 2, "nested deeper"),
        ("x = 1\ny = 1" + " + 1" * 1000, 2, "operators"),
        ("x = 1\ny = " + "-" * 1000 + "1", 2, "operators"),
        ("x = 1\ny = " + "not " * 1000 + "1", 2, "operators"),
        ("x = 1\ny = a" + ".b" * 1000, 2, "operators"),
        ("x = 1\ny = a" + "()" * 1000, 2, "operators"),
        ("x = 1\ny = " + "lambda: " * 1000 + "1", 2, "operators"),
        ("match x:\n    case " + "[" * 20 + "]" * 20 + ":\n        pass", 2, "case pattern"),
        ("if a: pass\n" + "elif a: pass\n" * 1000, 402, "elif"),
        ("x = " + "'a' " * 3000, 1, "adjacent strings"),
    ],
)
def test_what_would_kill_the_parser_is_refused_with_its_line(text: str, row: int, reason: str) -> None:
    error = refused(text)
    assert reason in error.message
    assert error.message.startswith("not checked: ")
    assert place(text, error.offset)[0] == row


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "(" * 90 + ")" * 90,
        "x = [" + "'a', " * 20_000 + "]",
        "x = {" + "'a': [1, 2], " * 5_000 + "}",
        "x = 1\n" * 5_000,
        "x = a" + ".b()" * 90,
        "x = (" + " 'a'\n" * 150 + ")",
        "if a: pass\n" + "elif a: pass\n" * 300,
        "f(" + "a=1, " * 5_000 + ")",
        "x = '" + "(" * 5_000 + "'",
        "# " + "(" * 5_000,
        "x = f'" + "{a}" * 2_000 + "'",
    ],
    ids=lambda text: text[:12],
)
def test_what_people_and_generators_write_is_not_refused(text: str) -> None:
    extract(text)


WORDS = [
    "if",
    "else",
    "for",
    "in",
    "def",
    "class",
    "lambda",
    ":",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "=",
    "==",
    ",",
    ".",
    "x",
]
WORDS += [
    "1",
    "'a'",
    "f'{x}'",
    "await",
    "yield",
    "import",
    "from",
    "try",
    "except",
    "match",
    "case",
    "@",
    "*",
    "**",
    "->",
]
WORDS += ["\n", "    ", ";", "not", "and", ":=", "async", "with", "as", "return", "..."]


def is_facts_or_an_error_inside(text: str) -> bool:
    try:
        extract(text)
    except SourceError as error:
        return 0 <= error.offset <= len(text.encode())
    return True


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab1 \n\t\r\f()[]{}'\"\\#=:,.*+-@é\x1a\x0b\u2028;fr", max_size=60))
def test_any_text_is_facts_or_one_error_inside_it(text: str) -> None:
    assert is_facts_or_an_error_inside(text)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=14))
def test_any_tokens_are_facts_or_one_error_inside_them(tokens: list[str]) -> None:
    assert is_facts_or_an_error_inside(" ".join(tokens))
