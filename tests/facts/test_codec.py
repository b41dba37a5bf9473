"""Facts survive their bytes, and damaged bytes are nothing: None, and never an exception."""

from __future__ import annotations

import sysconfig
from functools import cache
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fastapi_lint.facts.codec import decode, encode
from fastapi_lint.facts.extract import extract
from fastapi_lint.facts.model import ModuleFacts
from fastapi_lint.source.decoding import decode as decode_source

STANDARD = Path(sysconfig.get_path("stdlib"))
SAMPLE = sorted(path for path in STANDARD.glob("*.py") if path.stat().st_size < 60_000)[3::9]
EVERYTHING = '''
"""Doc é."""
import a.b as c, d
from ..e import f as g, h
@decorator(1, key="é", *args, **words)
async def function(first, /, second: int = 2, *rest: str, third=None, **more) -> list[int]:
    """Inner."""
    global x
    async with manager() as (a, b):
        async for i in source(): yield await i
    return {1: [2.5, (True, None)], **more}, {x for x in y if z}, f"{a!r}b{c}", -x ** ~y, a < b <= c
class Klass(Base, metaclass=Meta): name: int = 1; other[0].x += lambda q=1: q
if (n := 10) and not n or 3: pass
elif 2: del a, b.c, d[1:2]
else: raise E from f
for i in 1, 2: break
else: continue_ = "\\ud800"
while True:
    continue
try: print("x" "y")
except* E as e: ...
finally: assert a, b
match x:
    case {"a": [1, *rest], **kw} if rest: pass
    case _: pass
# noqa: middleware
'''


@cache
def sample() -> bytes:
    return encode(extract(EVERYTHING))


@pytest.mark.parametrize("path", SAMPLE, ids=lambda path: path.stem)
def test_facts_of_real_files_survive(path: Path) -> None:
    source = decode_source(path.read_bytes())
    facts = extract(source.text, source.encoding, source.shift)
    assert decode(encode(facts)) == facts
    assert encode(facts) == encode(extract(source.text, source.encoding, source.shift))


def test_facts_of_every_form_survive() -> None:
    facts = extract(EVERYTHING)
    assert decode(sample()) == facts


def test_numbers_and_texts_of_any_size_survive() -> None:
    text = (
        f"a = {2**63 - 1}\nb = -{2**63}\nc = {2**70}\nd = 1e999\ne = 1e-999\nf = 0x{'f' * 5000}\ng = '{'é' * 70_000}'\n"
    )
    facts = extract(text)
    assert decode(encode(facts)) == facts


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_flipped_bytes_are_none_or_facts(data: st.DataObject) -> None:
    damaged = bytearray(sample())
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    found = decode(bytes(damaged))
    assert found is None or isinstance(found, ModuleFacts)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 5000))
def test_cut_bytes_are_none(length: int) -> None:
    whole = sample()
    cut = whole[: min(length, len(whole) - 1)]
    assert decode(cut) is None
    assert decode(whole + b"\0") is None


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60))
@example(b"")
@example(b"\x91" * 5000)
@example(b"\xdd\xff\xff\xff\xff")
@example(b"\x95\x92\xa1k\xc1")
def test_any_bytes_are_none_or_facts(data: bytes) -> None:
    for prefix in (b"", sample()[:4]):
        found = decode(prefix + data)
        assert found is None or isinstance(found, ModuleFacts)


def test_another_format_is_not_read() -> None:
    other = bytearray(sample())
    other[3] += 1
    assert decode(bytes(other)) is None
