"""Spans are LibCST's own, in bytes, for every kept node: on real files and on whatever a file may be made of."""

from __future__ import annotations

import sysconfig
from pathlib import Path

import libcst as cst
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper

from fastapi_lint.core.errors import SourceError
from fastapi_lint.facts import spans
from fastapi_lint.facts.extract import extract
from fastapi_lint.facts.spans import Spans
from fastapi_lint.source.decoding import decode
from fastapi_lint.source.parse import parse

STANDARD = Path(sysconfig.get_path("stdlib"))
SAMPLE = sorted(path for path in STANDARD.glob("*.py") if path.stat().st_size < 40_000)[::6]
COMPOUND = (cst.FunctionDef, cst.ClassDef, cst.If, cst.For, cst.While, cst.Try, cst.TryStar, cst.With, cst.Match)
COMPOUND += (cst.ExceptHandler, cst.ExceptStarHandler)


def kept(module: cst.Module) -> list[cst.CSTNode]:
    """Every node of the classes whose spans are kept."""
    found, pending = [], [module]
    while pending:
        node = pending.pop()
        if type(node) in spans._KEPT:
            found.append(node)
        pending.extend(node.children)
    return found


def check_spans(data: bytes) -> int:
    """Compare every kept node of a file with LibCST's provider; return how many there were."""
    source = decode(data)
    wrapper = MetadataWrapper(parse(source.text).module, unsafe_skip_copy=True)
    reference = wrapper.resolve(ByteSpanPositionProvider)
    ours = Spans(wrapper.module, source.text, source.encoding, source.shift)
    nodes = kept(wrapper.module)
    is_whole = wrapper.module.code == source.text
    utf8 = source.text.encode()
    for node in nodes:
        start, end = ours.of(node)
        if is_whole:
            theirs = reference[node]
            # The provider counts in UTF-8 whatever the file is encoded in, and without the mark.
            before, inside = utf8[: theirs.start].decode(), utf8[theirs.start :][: theirs.length].decode()
            first = source.shift + len(before.encode(source.encoding))
            assert start == first, node
            if not isinstance(node, COMPOUND):
                assert end == first + len(inside.encode(source.encoding)), node
        if isinstance(node, COMPOUND) and not isinstance(node, cst.Match):
            start, end = ours.header(node, node.body)
            assert data[start:end].endswith(b":")
            continue
        text = data[start:end].decode(source.encoding)
        if isinstance(node, cst.BaseExpression) and not node.lpar:
            assert _plain(wrapper.module.code_for_node(node)) == _plain(text)
    return len(nodes)


def _plain(text: str) -> str:
    """A text without the white space that LibCST does not keep."""
    return "".join(text.split()).replace("\\", "")


@pytest.mark.parametrize("path", SAMPLE, ids=lambda path: path.stem)
def test_spans_of_real_files_are_those_of_the_provider(path: Path) -> None:
    check_spans(path.read_bytes())


def test_the_sample_holds_enough_to_mean_something() -> None:
    assert len(SAMPLE) >= 15
    assert sum(check_spans(path.read_bytes()) for path in SAMPLE[:3]) > 300


WORDS = st.sampled_from(["name", "größe", "日本", "été", "x", "𐐷"])
LATIN = st.sampled_from(["name", "größe", "été", "x"])


def expressions(words: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Expressions that spread over lines in every legal way."""
    gaps = st.sampled_from(["", " ", "\t", "\n", "  \n\t", " # é\n", "\f"])
    plain = words | words.map(lambda word: f"'{word}'") | words.map(lambda word: f'f"{{{word}}}é"')

    def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            st.builds("{}({}{}{})".format, words, gaps, inner, gaps),
            st.builds("[{}{},{}{}]".format, gaps, inner, gaps, inner),
            st.builds("({}{}{})".format, gaps, inner, gaps),
            st.builds("{{{}{}:{}}}".format, gaps, inner, inner),
            st.builds("{}[{}{}]".format, words, inner, gaps),
            st.builds("lambda {}: {}".format, words, words),
            st.builds("[{} for {} in ({})]".format, inner, words, inner),
        )

    return st.recursive(plain, grow, max_leaves=6)


def statements(words: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Statements with comments and blank lines between them."""
    value = expressions(words)
    return st.one_of(
        st.builds("{} = ({})".format, words, value),
        st.builds("{} : {} = ({})\n# {}".format, words, words, value, words),
        st.builds(
            "@{}\ndef {}({}: {} = 1, *args):  # {}\n    return ({})".format, words, words, words, words, words, value
        ),
        st.builds("class {}({}):\n    '''{}'''\n\n    {} = ({})".format, words, words, words, words, value),
        st.builds("if ({}):\n\tpass\nelif {} :\n  ({})\nelse:\n  pass".format, value, words, value),
        st.builds("for {} in ({}):\n    ({})\n".format, words, value, value),
        st.builds("try:\n    ({})\nexcept {} :\n    raise\nfinally:\n    pass".format, value, words),
        st.builds("with ({}) as {}:\n    pass; ({})".format, value, words, value),
        st.builds("from .{} import {} as {} # {}".format, words, words, words, words),
        st.builds("{}; import {}\n\f".format, value.filter(lambda text: "\n" not in text), words),
    )


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """A file: any line ends, a mark or a cookie or neither."""
    kind = draw(st.sampled_from(["plain", "mark", "cookie"]))
    body = draw(st.lists(statements(LATIN if kind == "cookie" else WORDS), min_size=1, max_size=4))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    text = "\n".join(body) + draw(st.sampled_from(["", "\n", "\n\n", "\n# é", "\n  "]))
    text = text.replace("\n", end)
    if kind == "cookie":
        return f"# coding: latin-1{end}{text}".encode("latin-1")
    return (b"\xef\xbb\xbf" if kind == "mark" else b"") + text.encode()


@settings(max_examples=250, deadline=None)
@given(files())
@example(b"\x0cx = f(1)\r")
@example("\ufeff# coding: utf-8\r\né = f(\r\n  'é'\r\n)\r\n".encode())
@example("# coding: latin-1\né = f('é', g('ü'))".encode("latin-1"))
@example(b"try:\n    f()\nexcept X :\n    g()\n")
def test_spans_of_any_file_are_those_of_the_provider(data: bytes) -> None:
    try:
        parse(decode(data).text)
    except SourceError:
        return
    check_spans(data)


def test_errors_and_comments_stand_in_bytes_of_the_file() -> None:
    data = "\ufeffname = 'é'  # noqa: é\n# fastapi-lint: é".encode()
    source = decode(data)
    comments = extract(source.text, source.encoding, source.shift).comments
    assert [data[one.start : one.end].decode() for one in comments] == ["# noqa: é", "# fastapi-lint: é"]
    assert [one.is_alone for one in comments] == [False, True]
    broken = "\ufeffé = 'é'\nif é\n".encode()
    with pytest.raises(SourceError) as caught:
        extract(decode(broken).text, "utf-8", 3)
    assert broken[: caught.value.offset].decode() == "\ufeffé = 'é'\nif é"
