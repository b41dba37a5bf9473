"""The wire: what comes in is bounded and has the protocol's form, nothing else goes out, and trouble is one line."""

from __future__ import annotations

import logging
import os
import re
import sys
from typing import TYPE_CHECKING, BinaryIO, Final

from fastapi_lint.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

_HEADER: Final = re.compile(rb"[A-Za-z-]{1,40}: ?[\x20-\x7e]{0,200}\r?\n")
_LENGTH: Final = re.compile(rb"(?i)content-length: ?(\d{1,12})\r?\n")
_LONGEST_HEADER: Final = 1024
_LARGEST: Final = 256 << 20
_HINT: Final = "an editor starts `fastapi-lint server` and speaks the language server protocol to its standard input"


class Incoming:
    """Standard input as the protocol has it; reading raises ConfigError where something else speaks."""

    def __init__(self, stream: BinaryIO) -> None:
        """Take the stream."""
        self._stream = stream

    def readline(self) -> bytes:
        """Return a line of a header, in the one spelling that the reader of the protocol knows; none at the end."""
        line = self._stream.readline(_LONGEST_HEADER)
        if not line.strip():
            return line and b"\r\n"
        length = _LENGTH.fullmatch(line)
        if length is not None:
            if int(length[1]) > _LARGEST:
                raise ConfigError("the client announces a message that is too large", _HINT)
            return b"Content-Length: %d\r\n" % int(length[1])
        if not _HEADER.fullmatch(line):
            raise ConfigError("standard input does not speak the language server protocol", _HINT)
        return line

    def read(self, size: int) -> bytes:
        """Return the body of a message, less of it where the stream ends."""
        return self._stream.read(size)


class Outgoing:
    """Standard output for the protocol alone: whatever else is printed goes to standard error from now on."""

    def __init__(self, gone: Callable[[], None]) -> None:
        """Take what is called where nobody reads any more."""
        self._gone = gone
        sys.stdout.flush()
        self._stream = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def write(self, data: bytes) -> None:
        """Write a part of a message."""
        try:
            self._stream.write(data)
        except (OSError, ValueError):
            self._gone()

    def flush(self) -> None:
        """Send what was written."""
        try:
            self._stream.flush()
        except (OSError, ValueError):
            self._gone()

    def close(self) -> None:
        """Leave the stream open: the process ends soon, and what is still in it must not be lost or fail."""


class OneLine(logging.Handler):
    """Says of a library's trouble one line, and never a trace."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        """Take what says it."""
        super().__init__(logging.ERROR)
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        """Say the first line of a record, with the kind of the error if there is one."""
        text = record.getMessage().partition("\n")[0]
        error = record.exc_info[1] if record.exc_info else None
        self._tell(f"{text}: {type(error).__name__}" if error is not None else text)


def quieten(tell: Callable[[str], None]) -> None:
    """Let the libraries below the server say their trouble in one line each."""
    for name in ("pygls", "asyncio"):
        logger = logging.getLogger(name)
        logger.handlers = [OneLine(tell)]
        logger.propagate = False
