"""The table of parts: it says the same as LibCST's own generator, and speaks of no class or field that is not there."""

from __future__ import annotations

import re
import sysconfig
from pathlib import Path

import libcst as cst
import pytest

from fastapi_lint.facts import spans
from fastapi_lint.facts.layout import WALKERS, Layout
from fastapi_lint.facts.parts import PARTS, SIGNS

SAMPLE = sorted(Path(sysconfig.get_path("stdlib")).glob("[a-s]*.py"))[::9]
WRITTEN_OUT = {"If", "IndentedBlock"}


def both(text: str) -> tuple[spans._Found | None, spans._Found]:
    module = cst.parse_module(text)
    return spans._measured(module, text), spans._generated(module, text)


@pytest.mark.parametrize("path", SAMPLE, ids=lambda path: path.stem)
def test_measured_and_generated_spans_agree(path: Path) -> None:
    measured, generated = both(path.read_text(encoding="utf-8"))
    assert measured is not None
    assert measured[1] == generated[1]
    assert {key: generated[0][key] for key in measured[0]} == measured[0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "# only a comment",
        "x",
        "if x:\n\ty  # tab\n  # odd comment\n",
        "if x: y; z\nelif ( a ) : b\nelse :\n\n    c\n",
        "def f[T: int, *Ts, **P](a, /, b: int = 1, *c, d, **e) -> T: ...\n",
        "type X[T] = list[T]\nx = f(1)\n",
        "match x:\n    case [1, *_] if y:\n        f(  # why\n            1\n        )\n    case _:\n        pass\n",
        "try:\n    pass\nexcept* (A, B) as e:\n    f(e)\n",
        "f'{x!r:>{width}} {y=}' 'z' r'w'\n",
        "with (a as b, c,):\n    pass\n",
        "async def f():\n    async for x in y: await z\n    return [i async for i in x if i not in y]\n",
        "class A: x: int\nclass B(A, metaclass=M): pass\n",
        "print(* a, ** b, c = d)\n",
        "x[1:2, ::3, ...] = lambda *, a=1: (yield)\n",
        "é = 'ü'  # ß\n",
        "raise X() from  y\nassert a, (b)\ndel a, b\nglobal c\n",
        "from . import (a as b, c,)\nfrom ... x import *\n",
    ],
)
def test_measured_and_generated_spans_agree_on_odd_code(text: str) -> None:
    measured, generated = both(text)
    assert measured is not None
    assert measured[1] == generated[1]
    assert {key: generated[0][key] for key in measured[0]} == measured[0]


@pytest.mark.parametrize("text", ["\x0cx = 1\n", "try:\n    pass\nexcept X :\n    pass\n"])
def test_what_the_tree_does_not_hold_is_noticed(text: str) -> None:
    measured, generated = both(text)
    assert measured is None or measured[0].items() <= generated[0].items()


def test_every_kept_class_is_noted_or_left_to_libcst() -> None:
    noted = {name for name, parts in PARTS.items() if re.search(r"[<(] |> |\)$", parts)} | WRITTEN_OUT
    kept = {kind.__name__ for kind in spans._KEPT | spans._BLOCKS}
    assert {name for name in kept if getattr(cst, name) in WALKERS} <= noted


@pytest.mark.parametrize("name", PARTS)
def test_the_parts_of_a_class_are_all_its_fields(name: str) -> None:
    """All that LibCST keeps of a class has a length, but for what only says where white space belongs."""
    parts = re.sub(r"'[^']*'", "", PARTS[name])
    named = set(re.findall(r"\w+", parts)) | ({"lpar", "rpar"} if re.search(r"[(\[]", parts) else set())
    assert named == set(getattr(cst, name).__dataclass_fields__) - {"__slots__"}


@pytest.mark.parametrize("name", SIGNS)
def test_a_sign_is_written_as_libcst_writes_it(name: str) -> None:
    node = getattr(cst, name)(whitespace_before=cst.SimpleWhitespace("  "), whitespace_after=cst.SimpleWhitespace(" "))
    written = cst.Module([]).code_for_node(node)
    assert written == f"  {SIGNS[name]} "
    assert WALKERS[type(node)](node, 3, Layout(cst.Module([]), spans._written)) == 3 + len(written)
