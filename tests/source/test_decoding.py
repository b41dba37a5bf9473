"""Decoding follows PEP 263, and refuses with a place what CPython refuses or could be misled by."""

from __future__ import annotations

import encodings.aliases
import io
import tokenize

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fastapi_lint.core.errors import SourceError
from fastapi_lint.source.decoding import decode


@pytest.mark.parametrize(
    ("data", "text", "encoding", "bom"),
    [
        (b"", "", "utf-8", False),
        (b"\xef\xbb\xbf", "", "utf-8", True),
        (b"x = '\xc3\xa9'\r\ny = 1\r", "x = 'é'\r\ny = 1\r", "utf-8", False),
        (b"\xef\xbb\xbfx = 1\n", "x = 1\n", "utf-8", True),
        (b"\xef\xbb\xbf# coding: utf-8\n", "# coding: utf-8\n", "utf-8", True),
        (b"# -*- coding: latin-1 -*-\nx = '\xe9'\n", "# -*- coding: latin-1 -*-\nx = 'é'\n", "iso-8859-1", False),
        (b"# coding: latin-1-unix\nx = '\xe9'\n", "# coding: latin-1-unix\nx = 'é'\n", "iso-8859-1", False),
        (b"# coding: utf-8-dos\r\n", "# coding: utf-8-dos\r\n", "utf-8", False),
        (b"# coding: utf-8-sig\n", "# coding: utf-8-sig\n", "utf-8", False),
        (b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n#\x80", None, "cp1252", False),
        (b"\f# coding: cp1252\r#\x80", None, "cp1252", False),
        (b"x = 1\n# coding: cp1252\n", None, "utf-8", False),
        (b"#\n#\n# coding: nope\n", None, "utf-8", False),
        (
            "# coding: shift_jis\nx = '日本'\n".encode("shift_jis"),
            "# coding: shift_jis\nx = '日本'\n",
            "shift_jis",
            False,
        ),
        ("# coding: euc-jp\nx = '日'\n".encode("euc-jp"), None, "euc_jp", False),
        ("# coding: iso-2022-jp\nx = '日'\n".encode("iso-2022-jp"), None, "iso2022_jp", False),
        ("# coding: gbk\nx = '中'\n".encode("gbk"), None, "gbk", False),
    ],
)
def test_reads(data: bytes, text: str | None, encoding: str, bom: bool) -> None:
    decoded = decode(data)
    assert (decoded.encoding, decoded.bom) == (encoding, bom)
    assert text is None or decoded.text == text
    assert decoded.shift == (3 if bom else 0)
    assert b"\xef\xbb\xbf"[: decoded.shift] + decoded.text.encode(decoded.encoding) == data


@pytest.mark.parametrize(
    ("data", "message", "offset"),
    [
        (b"x = 1\0\n", "null byte", 5),
        ("x = 1\n".encode("utf-16"), "UTF-16", 0),
        ("x = 1\n".encode("utf-32"), "UTF-32", 0),
        ("x = 1\n".encode("utf-16-le"), "looks like UTF-16", 1),
        ("x = 1\n".encode("utf-16-be"), "looks like UTF-16", 0),
        (b"# coding: nope\n", "unknown encoding nope", 10),
        (b"# coding: " + b"a" * 100_000 + b"\n", "unknown encoding aaaa", 10),
        (b"# coding: __init__\n", "unknown encoding", 10),
        (b"# coding: aliases\n", "unknown encoding", 10),
        (b"x = '\xff'\n", "not valid utf-8 (byte 0xff)", 5),
        (b"\xef\xbb\xbfx = '\xff'\n", "not valid utf-8", 8),
        (b"x = '\xc0\x80'\n", "not valid utf-8", 5),
        (b"x = '\xed\xa0\x80'\n", "not valid utf-8", 5),
        (b"# coding: ascii\n#\xe9\n", "not valid ascii", 17),
        (b"\xef\xbb\xbf# coding: latin-1\n", "byte order mark says UTF-8", 13),
        *[
            (f"# coding: {name}\n".encode(), "no encoding for source", 10)
            for name in (
                "unicode_escape", "raw_unicode_escape", "utf-7", "rot13", "zlib", "hex", "base64", "quopri", "uu",
                "bz2", "idna", "punycode", "undefined", "utf-16", "utf-32-le", "cp037", "hz",
            )
        ],
    ],
)  # fmt: skip
def test_refuses_with_a_place(data: bytes, message: str, offset: int) -> None:
    with pytest.raises(SourceError) as caught:
        decode(data)
    assert message in caught.value.message
    assert len(caught.value.message) < 200
    assert caught.value.offset == offset


_NAMES = sorted({*encodings.aliases.aliases, *encodings.aliases.aliases.values()})
_COOKIES = st.sampled_from(_NAMES).map(lambda name: f"# coding: {name}\n".encode())


@given(st.one_of(st.just(b""), _COOKIES, _COOKIES.map(lambda line: b"\xef\xbb\xbf" + line)), st.binary(max_size=200))
@example(b"# coding: hz\n", b"#~\nimport os\n")
def test_never_raises_anything_else_and_loses_no_line(cookie: bytes, rest: bytes) -> None:
    data = cookie + rest
    try:
        decoded = decode(data)
    except SourceError as error:
        offset, decoded = error.offset, None
    if decoded is None:
        assert 0 <= offset <= len(data)
        return
    assert decoded.text.count("\n") == data.count(b"\n")
    assert decoded.text.count("\r") == data.count(b"\r")


@given(st.binary(max_size=60))
@example(b"#\r# coding: latin-1\r\xe9")
def test_agrees_with_the_standard_library_on_the_encoding(data: bytes) -> None:
    if b"\r" in data:
        return  # the standard library's function knows no CR line ends, CPython's tokenizer does
    try:
        decoded = decode(data)
    except SourceError:
        return
    expected, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    assert decoded.encoding == expected.removesuffix("-sig")
