"""Every grammar from Python 3.8 on is read whatever interpreter runs, and every way to write a file down."""

from __future__ import annotations

import codecs

import pytest

from fastapi_lint.engine.files import extracted

FORMS = {
    "3.8 walrus": "(y := 1)\n",
    "3.8 positional only": "def f(a, /, b): pass\n",
    "3.9 decorators": "@a[0].b(c)()\ndef f(): pass\n",
    "3.10 with": "with (open(a) as b, open(c) as d):\n pass\n",
    "3.10 match": "match x:\n case {'a': 1, **r} if r: pass\n case [1, *_] | A(b=1): pass\n",
    "3.11 except*": "try:\n pass\nexcept* A as e:\n pass\n",
    "3.11 starred": "def f(*args: *Ts): a[*b]\n",
    "3.12 type parameters": "def f[T: int, *Ts, **P](a: T) -> T: pass\nclass A[T](B): pass\ntype X[T] = list[T]\n",
    "3.12 nested quotes": "x = f'{a['b']}'\n",
    "3.12 backslash in a field": "x = f'{'\\n'.join(a)}'\n",
    "3.12 comment in a field": "x = f'''{\n a # c\n}'''\n",
    "3.13 defaults": "def f[T = int, **P = [int], *Ts = *tuple[int]](): pass\n",
    "3.14 template": "x = t'hello {name!r:>10}'\n",
    "3.14 raw template": "x = rt'{x}\\d'\n",
    "3.14 except": "try:\n pass\nexcept A, B:\n pass\n",
    "3.15 lazy": "lazy import a\nlazy from b import c\n",
    "3.15 unpacking": "x = [*x for x in y]\nz = {**d for d in ds}\n",
    "soft keywords": "match = 1\ncase = 2\ntype = 3\nlazy = 4\nmatch[1]\nmatch(1)\ntype(x)\nprint(match, type)\n",
    "CR only": "x = 1\ry = 2\r",
    "CRLF": "x = 1\r\nif a:\r\n    y = 2\r\n",
    "mixed ends": "x = 1\r\ny = 2\nz = 3\r",
    "form feeds": "\x0cx = 1\nif a:\n    b\n\x0c\n    c\n",
    "tabs": "if a:\n\tif b:\n\t        c\n",
    "no last end": "x = 1",
    "nothing": "",
    "a comment": "# x",
    "a template beside a text": "x = 'a' t'b'\n",
    "two templates": "x = t'a' t'b{c}'\n",
    "bytes beside a text": "x = 'a' b'b'\n",
}


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_every_form_is_read_or_refused_with_a_reason(text: str) -> None:
    found = extracted(text.encode())
    assert found.facts is not None or found.message.startswith("syntax error: "), found.message


@pytest.mark.parametrize("form", [name for name in FORMS if name[0] == "3" or "keywords" in name or "ends" in name])
def test_every_grammar_is_read(form: str) -> None:
    assert extracted(FORMS[form].encode()).message == ""


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "cp1252", "shift_jis", "gbk", "euc-jp", "iso-2022-jp"])
def test_cookies_are_followed(encoding: str) -> None:
    word = "é" if encoding in {"utf-8", "latin-1", "cp1252"} else "日"
    found = extracted(f"# -*- coding: {encoding} -*-\nx = '{word}'\n".encode(encoding))
    assert (found.message, found.facts is not None) == ("", True)


@pytest.mark.parametrize("data", [codecs.BOM_UTF8 + b"x = 1\n", codecs.BOM_UTF8 + b"# coding: utf-8\nx = 1\n"])
def test_a_byte_order_mark_is_no_mistake(data: bytes) -> None:
    assert extracted(data).message == ""


@pytest.mark.parametrize(("encoding", "name"), [("utf-16", "UTF-16"), ("utf-32", "UTF-32"), ("utf-16-le", "UTF-16")])
def test_wide_encodings_are_refused_by_name(encoding: str, name: str) -> None:
    assert name in extracted("x = 1\n".encode(encoding)).message
