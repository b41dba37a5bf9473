"""The guard: what it refuses, and that its short way never lets pass what the long way refuses."""

from __future__ import annotations

import sysconfig
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastapi_lint.source import guard
from fastapi_lint.source.guard import refusal

SAMPLE = sorted(Path(sysconfig.get_path("stdlib")).rglob("*.py"))[::40]
REFUSED = {
    "brackets": "x = " + "(" * 101 + ")" * 101,
    "brackets over lines": "x = " + "[\n" * 101 + "]" * 101,
    "brackets with strings between": "x = " + "('a', " * 101 + ")" * 101,
    "operators": "x = " + " + ".join("a" * 402),
    "words": "x = " + " and ".join("a" * 402),
    "words without blanks": "x = " + "and".join(["'a'"] * 402),
    "signs before a value": "x = " + "-" * 401 + "1",
    "attributes": "x = " + "a." * 401 + "a",
    "joined lines": "x = " + " + \\\n".join("a" * 402),
    "a string within": "x = '''\n''' + " + " + ".join("a" * 402),
    "calls one after the other": "x = a" + "()" * 401,
    "patterns": "match x:\n    case " + "[" * 10 + "]" * 10 + ":\n        pass\n",
    "branches": "if x:\n    pass\n" + "elif x:\n    pass\n" * 401,
    "strings": "x = " + "'a'" * 2001,
    "no end": "x = (" + " + ".join("a" * 402),
    "closed before": "x = )" + "(" * 101 + ")" * 101,
    "format specs": "x = f'" + "{a:" * 101 + "}" * 101 + "'",
    "format specs in a template": 'x = rt"""' + "{a:" * 101 + "}" * 101 + '"""',
    "f-strings in f-strings": "x = " + "f'{" * 101 + "1" + "}'" * 101,
    "f-strings of all quotes": "x = " + "".join(f"f{quotes}{{" for quotes in ("'", '"', "'''", '"""') * 26),
    "brackets in a field": "x = f'{" + "(" * 100 + ")" * 100 + "}'",
    "brackets in a field behind a backslash": "x = f'\\{" + "(" * 100 + ")" * 100 + "}'",
    "brackets in a field behind quotes": "x = f'{a['b']}{" + "(" * 100 + ")" * 100 + "}'",
    "calls in a field of a spec": "x = f'{a:{" + "f(" * 99 + ")" * 99 + "}}'",
    "operators in a field": "x = f'''{" + " + ".join("a" * 402) + "}'''",
    "operators in an f-string in a field": "x = f\"{f'{" + " + ".join("a" * 402) + "}'}\"",
    "strings in a field": 'x = f"{' + "'a'" * 2001 + '}"',
}
FRAGMENTS = st.sampled_from(
    [
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ", ",
        "; ",
        "\n",
        "\r",
        "\r\n",
        "\\\n",
        "a",
        "1",
        "é",
        " ",
        "\t",
        "+",
        "-",
        "not ",
        ".",
        "'",
        '"',
        "'''",
        '"""',
        "'s'",
        '"\\""',
        "# c",
        "#",
        "\\",
        "case ",
        "elif ",
        "if ",
        " and ",
        "match",
        "\x01",
        "\x0c",
        "(" * 60,
        ")" * 60,
        "[" * 9,
        "+a" * 150,
        " not" * 120,
        "a.b" * 70,
        "'x'" * 30,
        "elif\n" * 150,
        "f(\n" * 40,
        "f'",
        'f"',
        'rf"""',
        "t'''",
        "f'{a}'",
        "f'{a[\"b\"]}'",
        "f'{a['b']}'",
        'f"{a!r:>{b}}"',
        "f'{{a}}'",
        "{a:" * 40,
        "f'{(" * 30,
        "{{",
        "}}",
        "\\{",
        "!r:",
        ":",
    ]
)


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_what_would_harm_the_parser_is_refused(text: str) -> None:
    assert refusal(text) is not None


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_half_of_it_is_not(text: str) -> None:
    for limit in ("MAX_BRACKETS", "MAX_CHAIN", "MAX_CASE_DEPTH", "MAX_ELIF", "MAX_STRINGS"):
        assert getattr(guard, limit) > 0
    with pytest.MonkeyPatch.context() as patch:
        for limit in ("MAX_BRACKETS", "MAX_CHAIN", "MAX_CASE_DEPTH", "MAX_ELIF", "MAX_STRINGS"):
            patch.setattr(guard, limit, 2 * getattr(guard, limit))
        assert refusal(text) is None


HARMLESS = {
    "fields beside each other": "x = f'" + "{a}" * 1_000 + "'",
    "fields in a spec": "x = f'{a:" + "{b}" * 1_000 + "}'",
    "braces that are text": "x = f'" + "{{" * 1_000 + "'",
    "brackets that are text": "x = f'" + "(" * 1_000 + "'",
    "text of a spec": "x = f'{a:" + "(+" * 1_000 + "}'",
    "strings in fields": "x = f'''" + "{a['b']}" * 3_000 + "'''",
    "a word that ends like a prefix": "x = 1 if'" + "{(" * 1_000 + "'else 2",
}


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
def test_what_harms_nothing_is_let_pass(text: str) -> None:
    assert refusal(text) is None


def test_the_place_is_told() -> None:
    reason, at = refusal("x = 1\n" + REFUSED["brackets"]) or ("", 0)
    assert reason == "brackets nested deeper than 100"
    assert at == len("x = 1\nx = ") + 100


@settings(max_examples=600, deadline=None)
@given(st.lists(FRAGMENTS, max_size=40).map("".join))
def test_the_short_way_never_lets_pass_what_the_long_way_refuses(text: str) -> None:
    assert refusal(text) == guard._counted(text, guard._limits())


@pytest.mark.parametrize("path", SAMPLE, ids=lambda path: path.stem)
def test_real_files_take_the_short_way_or_give_the_same_answer(path: Path) -> None:
    text = path.read_bytes().decode("utf-8", "replace")
    assert refusal(text) == guard._counted(text, guard._limits())


def test_most_real_files_take_the_short_way() -> None:
    texts = [path.read_bytes().decode("utf-8", "replace") for path in SAMPLE]
    assert sum(guard._is_harmless(text, guard._limits()) for text in texts) > 0.9 * len(texts)
