"""Facts as bytes and back: MessagePack arrays under a format version, never anything that can run code."""

from __future__ import annotations

import msgspec

from fastapi_lint.facts.model import ModuleFacts

FORMAT = 1
"""Raised whenever a struct of `model` changes its fields; bytes of another format are not read."""

_PREFIX = b"FLF" + bytes([FORMAT])


def encode(facts: ModuleFacts) -> bytes:
    """Return the facts as bytes that `decode` of the same format reads back equal."""
    return _PREFIX + msgspec.msgpack.encode(facts)


def decode(data: bytes) -> ModuleFacts | None:
    """Return the facts, or None where the bytes are of another format, cut short or damaged."""
    if not data.startswith(_PREFIX):
        return None
    try:
        return msgspec.msgpack.decode(memoryview(data)[len(_PREFIX) :], type=ModuleFacts)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None
