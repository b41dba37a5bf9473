"""One file to facts: decoded text in, `ModuleFacts` out; pure, so it runs in parallel and is cached by content."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from fastapi_lint.core.errors import SourceError
from fastapi_lint.facts.cuts import cut
from fastapi_lint.facts.lower import Lowering
from fastapi_lint.facts.model import Comment, ModuleFacts
from fastapi_lint.facts.spans import Spans
from fastapi_lint.source.decoding import decode
from fastapi_lint.source.guard import StrainedError, inspect
from fastapi_lint.source.parse import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi_lint.facts.cuts import Cuts
    from fastapi_lint.facts.model import Reader, Stmt

_DIRECTIVES: Final = ("fastapi-lint", "noqa")
_ORDERED: Final = "middleware"
_AROUND: Final = "if 1:\n"
"""What makes a body that was cut out a text of its own; the rest of it stands there as it stood in the file."""


def extract(
    text: str, encoding: str = "utf-8", shift: int = 0, bodies: Reader | None = None, *, only_plain: bool = False
) -> ModuleFacts:
    """Return the facts of one file's decoded text.

    `encoding` is what the file is encoded in and `shift` how many bytes of it (a byte order mark) stand before `text`;
    all spans of the facts are byte offsets into the file. The bodies of functions are left to `bodies`, to be read when
    they are asked for; without it they are read at once.

    Raises:
        SourceError: where the text cannot be parsed; its offset is in bytes of the file.
        StrainedError: with `only_plain`, where the text is not plain: the parser might not come back from it.

    """
    cuts = _cut(text, bodies)
    try:
        module, spelt = parse(text, only_plain=only_plain) if cuts is None else parse(cuts.text, is_guarded=True)
    except SourceError as error:
        if cuts is not None:
            return extract(text, encoding, shift, only_plain=only_plain)
        error.offset = _in_bytes(text, encoding, shift, error.offset)
        raise
    with _shallow(shift):
        if cuts is None:
            spans = Spans(module, spelt, encoding, shift)
        else:
            spans = Spans(module, spelt, encoding, shift, (text, cuts.place))
        lowering = Lowering(spans, cuts, bodies)
        body = lowering.body(module.body)
        docstring = lowering.docstring(module.body)
    names = lowering.names
    called = tuple(sorted({names.aliases.get(name, name) for name in names.called}))
    imported, decorating = tuple(sorted(names.imported)), tuple(sorted(names.decorating))
    return ModuleFacts(body, _comments(spans, text), docstring, called, imported, decorating)


def extract_body(data: bytes, start: int, end: int) -> tuple[Stmt, ...]:
    """Return the statements of a body that was left out, by its characters in the text of the file with these bytes.

    Raises:
        SourceError: as `extract`.

    """
    source = decode(data)
    text = f"{_AROUND}{source.text[start:end]}\n"
    origin = start - len(_AROUND)
    try:
        module, spelt = parse(text, is_guarded=True)
    except SourceError as error:
        error.offset = _in_bytes(source.text, source.encoding, source.shift, max(error.offset + origin, start))
        raise
    with _shallow(source.shift):
        spans = Spans(module, spelt, source.encoding, source.shift, (source.text, lambda offset: offset + origin))
        around: Any = module.body[0]
        return Lowering(spans).body(around.body.body)


def _cut(text: str, bodies: Reader | None) -> Cuts | None:
    """Return what is to be parsed first, None for all of the text."""
    if bodies is None:
        return None
    try:
        if inspect(text, only_plain=True) is not None:
            return None
    except StrainedError:  # what might be too much for the parser is read here and now, where it is supervised
        return None
    cuts = cut(text)
    return cuts if cuts.found else None


def _in_bytes(text: str, encoding: str, shift: int, offset: int) -> int:
    return len(text[:offset].encode(encoding, "replace")) + shift


@contextmanager
def _shallow(shift: int) -> Iterator[None]:
    """Turn nesting that exhausts the stack into a SourceError, and hear nothing of invalid escapes in literals."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except RecursionError:
        raise SourceError(
            "not checked: nested too deeply", shift, "split the expression, or exclude the file"
        ) from None


def _comments(spans: Spans, text: str) -> tuple[Comment, ...]:
    everything = _ORDERED in text.lower()
    return tuple(
        Comment(value, start, end, is_alone)
        for value, start, end, is_alone in spans.comments
        if everything or any(word in value.lower() for word in _DIRECTIVES)
    )
