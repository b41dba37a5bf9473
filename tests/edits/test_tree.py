"""The nodes of a file stand where their bytes are, whatever the file is encoded in and however its rows end."""

from __future__ import annotations

import ast
import codecs

import pytest

from fastapi_lint.core.errors import SourceError
from fastapi_lint.core.span import Location, Span
from fastapi_lint.edits.blocks import deeper, is_caught
from fastapi_lint.edits.tree import Tree, name_of

TEXT = """\
# coding: {encoding}
größe = "ä", f("é")
if größe:

\t# ü
\t@f
\t@g  # ö
\tasync def ß(x=größe):
\t\treturn f(x), größe
"""


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_every_node_is_where_its_bytes_are(encoding: str, end: str) -> None:
    text = TEXT.format(encoding="utf-8" if encoding == "utf-8-sig" else encoding).replace("\n", end)
    data = text.encode(encoding)
    plain = "utf-8" if encoding == "utf-8-sig" else encoding
    tree = Tree("a.py", data)
    names = [node for node in ast.walk(tree.root) if isinstance(node, ast.Name)]
    assert {tree.text(node) for node in names} == {"größe", "f", "g", "x"}
    for node in names:
        span = tree.span(node)
        assert data[span.start : span.end].decode(plain) == node.id
    function = next(node for node in ast.walk(tree.root) if isinstance(node, ast.AsyncFunctionDef))
    assert tree.function(tree.location(function)) is function
    assert (tree.unit, tree.indent(function), tree.end) == ("\t", "\t", end)
    assert tree.between(Span(tree.row_start(function), tree.row_after(function))).startswith("\t@f")
    assert tree.between(Span(tree.lead(function), tree.row_after(function))).startswith("\t# ü")
    assert tree.between(tree.decorator_rows(function)) == f"\t@f{end}\t@g  # ö{end}"
    assert tree.blank_rows_before(tree.lead(function)) == 1
    call = tree.within(Location("a.py", Span(0, len(data))), ast.Call)[1]
    assert (tree.text(call), name_of(call.func), tree.function_of(call)) == ("f(x)", "f", function)
    assert tree.statement(call) is function.body[0]
    assert tree.block(function) is tree.parent(function).body


def test_what_this_python_cannot_read_has_no_tree() -> None:
    for data in (b"def f(:", codecs.BOM_UTF8 + b"# coding: latin-1\n", b"\xff", b"(" * 300 + b")" * 300):
        with pytest.raises(SourceError):
            Tree("a.py", data)


def test_rows_are_only_those_that_a_statement_has_to_itself() -> None:
    tree = Tree("a.py", b'x = 1; y = 2\nz = 3  # why\nif z: w = 4\nv = """\n"""\n')
    x, y, z, test, v = tree.root.body
    assert [tree.rows(one, one) for one in (x, y, test.body[0])] == [None] * 3
    assert tree.between(tree.rows(z, test)) == "z = 3  # why\nif z: w = 4\n"
    assert [tree.is_one_row_each([one]) for one in (z, v)] == [True, False]


def test_rows_are_indented_with_their_ends() -> None:
    assert deeper("a\n\n b\r\nc\rd", "  ") == "  a\n\n   b\r\n  c\r  d"


@pytest.mark.parametrize(
    ("text", "is_kept"),
    [
        ("try:\n  X\nexcept Exception:\n  pass", False),
        ("try:\n  X\nexcept (KeyError, HTTPException):\n  pass", False),
        ("try:\n  X\nexcept Mine:\n  pass", False),
        ("try:\n  X\nexcept (KeyError, ValueError):\n  pass", True),
        ("try:\n  X\nfinally:\n  pass", True),
        ("try:\n  pass\nexcept Exception:\n  X", True),
        ("with suppress(Exception):\n  X", False),
        ("with lock:\n  X", True),
        ("try:\n  def f():\n    X\nexcept Exception:\n  pass", True),
    ],
)
def test_an_exception_may_be_caught_on_its_way(text: str, is_kept: bool) -> None:
    tree = Tree("a.py", text.encode())
    node = next(one for one in ast.walk(tree.root) if isinstance(one, ast.Name) and one.id == "X")
    assert is_caught(tree, tree.statement(node), "HTTPException") is not is_kept
