"""One file to facts: decoded text in, `ModuleFacts` out; pure, so it runs in parallel and is cached by content."""

from __future__ import annotations

import warnings
from typing import Final

from fastapi_lint.core.errors import SourceError
from fastapi_lint.facts.lower import Lowering
from fastapi_lint.facts.model import Comment, ModuleFacts
from fastapi_lint.facts.spans import Spans
from fastapi_lint.source.parse import parse

_DIRECTIVES: Final = ("fastapi-lint", "noqa")
_ORDERED: Final = "middleware"


def extract(text: str, encoding: str = "utf-8", shift: int = 0, *, only_plain: bool = False) -> ModuleFacts:
    """Return the facts of one file's decoded text.

    `encoding` is what the file is encoded in and `shift` how many bytes of it (a byte order mark) stand before `text`;
    all spans of the facts are byte offsets into the file.

    Raises:
        SourceError: where the text cannot be parsed; its offset is in bytes of the file.
        StrainedError: with `only_plain`, where the text is not plain: the parser might not come back from it.

    """
    try:
        module = parse(text, only_plain=only_plain)
    except SourceError as error:
        error.offset = len(text[: error.offset].encode(encoding, "replace")) + shift
        raise
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes in the literals of the checked file
            spans = Spans(module, text, encoding, shift)
            lowering = Lowering(spans)
            body = lowering.module(module)
            docstring = lowering.docstring(module.body)
    except RecursionError:
        raise SourceError(
            "not checked: nested too deeply", shift, "split the expression, or exclude the file"
        ) from None
    called, imported = lowering.mentioned()
    return ModuleFacts(body, _comments(spans, text), docstring, called, imported)


def _comments(spans: Spans, text: str) -> tuple[Comment, ...]:
    everything = _ORDERED in text.lower()
    return tuple(
        Comment(value, start, end, is_alone)
        for value, start, end, is_alone in spans.comments
        if everything or any(word in value.lower() for word in _DIRECTIVES)
    )
