"""Edits into bytes: which fixes can be made together, and what a file is with them.

Everything outside of an edit stays byte for byte: nothing is printed from a syntax tree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fastapi_lint.core.finding import Edit, Fix
    from fastapi_lint.core.span import Span


def together(fixes: Iterable[Fix]) -> tuple[Fix, ...]:
    """Return the fixes that can be made in one go, the first of two that speak of the same bytes.

    Two fixes may share an edit, but no edit may overlap or touch another one: what belongs between two insertions at
    one place is not known. A fix is taken with all of its edits or left to a later go.
    """
    taken: set[tuple[str, Span, str]] = set()
    chosen: list[Fix] = []
    for fix in fixes:
        edits = {_key(edit) for edit in fix.edits}
        if not edits or _clash(edits) or any(_meets(new, old) for new in edits - taken for old in taken):
            continue
        taken |= edits
        chosen.append(fix)
    return tuple(chosen)


def patched(data: bytes, edits: Iterable[Edit], encoding: str = "utf-8") -> bytes:
    """Return a file's bytes with the edits made; equal edits are made once.

    Raises:
        ValueError: where edits overlap or reach past the end, or the encoding lacks a character of a replacement.

    """
    wanted = sorted({(edit.location.span, edit.replacement) for edit in edits})
    parts: list[bytes] = []
    at = 0
    for span, replacement in wanted:
        if not at <= span.start <= span.end <= len(data):
            message = f"edits overlap at byte {span.start}"
            raise ValueError(message)
        parts += [data[at : span.start], replacement.encode(encoding)]
        at = span.end
    return b"".join([*parts, data[at:]])


def _key(edit: Edit) -> tuple[str, Span, str]:
    return (edit.location.path, edit.location.span, edit.replacement)


def _clash(edits: set[tuple[str, Span, str]]) -> bool:
    ordered: Sequence[tuple[str, Span, str]] = sorted(edits)
    return any(_meets(one, other) for number, one in enumerate(ordered) for other in ordered[number + 1 :])


def _meets(one: tuple[str, Span, str], other: tuple[str, Span, str]) -> bool:
    (path, span, _), (other_path, other_span, _) = one, other
    return path == other_path and span.start <= other_span.end and other_span.start <= span.end
