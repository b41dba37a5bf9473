"""Bodies of functions that were cut out of a file's text: read when they are asked for, and remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi_lint.core.errors import SourceError
from fastapi_lint.facts.codec import decode_body, encode_body
from fastapi_lint.source.loading import libcst

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fastapi_lint.facts.model import Stmt


class Bodies:
    """The cut bodies of one file; an object a file, which its facts hold on to."""

    __slots__ = ("_data", "_failed", "_fresh", "_known")

    def __init__(
        self, data: bytes, known: Mapping[int, bytes] | None = None, failed: Callable[[SourceError], None] | None = None
    ) -> None:
        """Take the file's bytes, the bodies that earlier runs have read, and who is to hear of what cannot be read."""
        self._data = data
        self._known = dict(known or {})
        self._failed = failed
        self._fresh: dict[int, bytes] = {}

    def read(self, start: int, end: int) -> tuple[Stmt, ...]:
        """Return the statements between two characters of the text; none, and word of it, where they cannot be read."""
        known = self._known.get(start)
        statements = decode_body(known) if known is not None else None
        if statements is not None:
            return statements
        libcst()
        from fastapi_lint.facts.extract import extract_body  # noqa: PLC0415  # what is known needs no LibCST

        try:
            statements = extract_body(self._data, start, end)
        except SourceError as error:
            if self._failed is not None:
                self._failed(error)
            return ()
        self._fresh[start] = encode_body(statements)
        return statements

    def knows(self, start: int) -> bool:
        """Return whether the body that begins at a character of the text was asked for, now or in an earlier run."""
        return start in self._known or start in self._fresh

    def take_fresh(self) -> Mapping[int, bytes]:
        """Return what was read since this was asked last, in the form that `known` takes."""
        fresh, self._fresh = self._fresh, {}
        self._known.update(fresh)
        return fresh

    @property
    def asked(self) -> tuple[int, ...]:
        """Return where the bodies begin that were asked for, now or in an earlier run, in order."""
        return tuple(sorted({*self._known, *self._fresh}))
