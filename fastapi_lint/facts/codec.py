"""Facts as bytes and back: MessagePack arrays under a format version, never anything that can run code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from fastapi_lint.facts.model import ModuleFacts, Rest, Stmt

if TYPE_CHECKING:
    from fastapi_lint.facts.model import Reader

FORMAT = 2
"""Raised whenever a struct of `model` changes its fields; bytes of another format are not read."""

_PREFIX = b"FLF" + bytes([FORMAT])


def encode(facts: ModuleFacts) -> bytes:
    """Return the facts as bytes that `decode` of the same format reads back equal."""
    return _PREFIX + msgspec.msgpack.encode(facts, enc_hook=_packed)


def decode(data: bytes, bodies: Reader | None = None) -> ModuleFacts | None:
    """Return the facts, or None where the bytes are of another format, cut short or damaged.

    `bodies` reads what was not read with the file; without it, facts of which anything was not are none.
    """
    if not data.startswith(_PREFIX):
        return None

    def rest(_kind: type[Any], packed: Any) -> Rest:
        if bodies is None:
            raise ValueError("nobody is there to read the rest")
        start, end, called = packed
        return Rest(start, end, tuple(called), bodies)

    try:
        return msgspec.msgpack.decode(memoryview(data)[len(_PREFIX) :], type=ModuleFacts, dec_hook=rest)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError, TypeError, ValueError):
        return None


def encode_body(statements: tuple[Stmt, ...]) -> bytes:
    """Return the statements of a body as bytes that `decode_body` reads back equal."""
    return msgspec.msgpack.encode(statements)


def decode_body(data: bytes) -> tuple[Stmt, ...] | None:
    """Return the statements of a body, or None where the bytes are damaged."""
    try:
        return msgspec.msgpack.decode(data, type=tuple[Stmt, ...])
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None


def _packed(value: object) -> object:
    assert isinstance(value, Rest)
    return value.start, value.end, value.called
