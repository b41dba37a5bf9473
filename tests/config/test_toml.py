"""TOML: errors have places, and every key of a valid document has its offset."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastapi_lint.config.toml import TomlProblem, key_offsets, parse_toml, table

DOCUMENT = """\
# é = 1
plain = 1.5
"quoted key" = ['x', "y#", # comment
  {inner.dotted = [1, 2], other = '''a
b = 1'''}, ]
[tool."fastapi-lint"]
text = \"\"\"
[not.a.table]
key = 1 "" \\u00e9 \"\"\"
when = 1979-05-27T07:32:00Z
[[items]]
name = 1
[[items]]
name = 2
"""


def test_offsets_of_keys() -> None:
    data = DOCUMENT.encode()
    parse_toml(data)
    found = {path: data[at:].split(b"\n", maxsplit=1)[0].decode() for path, at in key_offsets(data).items()}
    assert {path: line.split("=")[0].strip()[:14] for path, line in found.items()} == {
        ("plain",): "plain",
        ("quoted key",): '"quoted key"',
        ("quoted key", 0): "'x', \"y#\", # c",
        ("quoted key", 1): '"y#", # commen',
        ("quoted key", 2): "{inner.dotted",
        ("quoted key", 2, "inner"): "inner.dotted",
        ("quoted key", 2, "inner", "dotted"): "dotted",
        ("quoted key", 2, "inner", "dotted", 0): "1, 2], other",
        ("quoted key", 2, "inner", "dotted", 1): "2], other",
        ("quoted key", 2, "other"): "other",
        ("tool",): 'tool."fastapi-',
        ("tool", "fastapi-lint"): '"fastapi-lint"',
        ("tool", "fastapi-lint", "text"): "text",
        ("tool", "fastapi-lint", "when"): "when",
        ("items",): "items]]",
        ("items", "name"): "name",
    }
    marked = b"\xef\xbb\xbf" + data
    assert parse_toml(marked) == parse_toml(data)
    assert key_offsets(marked) == {path: at + 3 for path, at in key_offsets(data).items()}


@pytest.mark.parametrize(
    ("data", "offset"),
    [
        (b"a = ", 4),
        (b"a = 1\nb = [1,\n", 14),
        (b"a = 1\na = 2\n", 11),
        ("# é\nbad".encode(), 8),
        (b"x = 1 # \xff\n", 8),
        (b"x = " + b"[" * 20_000, 0),
        (b"x = " + b"9" * 9_000, 0),
    ],
)
def test_problems_have_places(data: bytes, offset: int) -> None:
    with pytest.raises(TomlProblem) as caught:
        parse_toml(data)
    assert caught.value.message
    assert "\n" not in caught.value.message
    assert abs(caught.value.offset - offset) <= 1  # the parsers of Python 3.10 to 3.14 differ by one


@given(st.text(alphabet="ab=[]{}\"'.,# \n\\\u00e9", max_size=40))
def test_never_raises_anything_else(text: str) -> None:
    data = text.encode()
    key_offsets(data)
    try:
        parse_toml(data)
    except TomlProblem as problem:
        offset = problem.offset
    else:
        offset = 0
    assert 0 <= offset <= len(data)


def test_table() -> None:
    assert table({"a": {"b": {"c": 1}}}, "a", "b") == {"c": 1}
    assert table({"a": [1]}, "a", "b") == {}
    assert table(None, "a") == {}
