"""Bytes of a Python file to text, as PEP 263 has it, with reasons where CPython would refuse or could be misled."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final

from fastapi_lint.core.errors import SourceError

_MARK: Final = codecs.BOM_UTF8
_WIDE_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_COOKIE: Final = re.compile(rb"[ \t\f]*#[^\r\n]*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)")
_BLANK: Final = re.compile(rb"[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)")
_ASCII: Final = bytes([*range(9, 14), *range(32, 127)])
_HINT: Final = "save the file as UTF-8, or name its encoding in the first line: # -*- coding: ... -*-"

# Codecs that are no character sets, or under which a comment may hold code: `unicode_escape` reads `\n` as a new line.
_REFUSED: Final = frozenset(
    {"base64", "bz2", "hex", "quopri", "rot_13", "uu", "zlib"}
    | {"idna", "mbcs", "oem", "punycode", "raw_unicode_escape", "undefined", "unicode_escape"}
)


@dataclass(frozen=True, slots=True)
class DecodedSource:
    """A file's text without its byte order mark (line ends kept), its codec, and whether it had a mark."""

    text: str
    encoding: str
    bom: bool

    @property
    def shift(self) -> int:
        """Return how many bytes of the file stand before the text: the byte order mark's."""
        return len(_MARK) if self.bom else 0


def decode(data: bytes) -> DecodedSource:
    """Return the text of a Python file: by its cookie in line 1 or 2, else as UTF-8.

    Raises:
        SourceError: with the byte offset, for null bytes, UTF-16 and UTF-32, an unknown or unfit codec, a cookie that
            contradicts the byte order mark, and bytes that the encoding does not have.

    """
    for wide, name in _WIDE_MARKS:
        if data.startswith(wide):
            raise SourceError(f"not checked: the file is {name}", 0, _HINT)
    bom = data.startswith(_MARK)
    shift = len(_MARK) if bom else 0
    _refuse_null(data)
    encoding = _encoding(data, shift)
    body = data[shift:]
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        raise _invalid(body, shift, encoding, error) from None
    except (UnicodeError, ValueError, LookupError) as error:
        raise SourceError(f"not checked: cannot be read as {encoding}: {_first_line(error)}", shift, _HINT) from None
    if text.count("\n") != body.count(b"\n") or text.count("\r") != body.count(b"\r"):
        raise SourceError(f"not checked: {encoding} hides line ends", shift, _HINT)
    return DecodedSource(text, encoding, bom)


def _refuse_null(data: bytes) -> None:
    at = data.find(b"\0")
    if at < 0:
        return
    sample = data[:64]
    if len(sample) > 3 and (not any(sample[::2]) or not any(sample[1::2])):
        raise SourceError("not checked: the file looks like UTF-16 without a byte order mark", at, _HINT)
    raise SourceError("not checked: the file holds a null byte", at, "a Python file may hold none")


def _encoding(data: bytes, shift: int) -> str:
    cookie = _COOKIE.match(data, shift)
    if cookie is None:
        blank = _BLANK.match(data, shift)
        cookie = _COOKIE.match(data, blank.end()) if blank else None
    if cookie is None:
        return "utf-8"
    name = cookie.group(1).decode("ascii")
    encoding = _codec(name, cookie.start(1))
    if shift and encoding != "utf-8":
        message = f"not checked: the byte order mark says UTF-8, the first lines say {_short(name)}"
        raise SourceError(message, cookie.start(1), "remove one of the two")
    return encoding


def _codec(name: str, at: int) -> str:
    """Return the codec's name as CPython's tokenizer normalises it, once it is known to be fit."""
    plain = name[:12].lower().replace("_", "-")
    if plain == "utf-8" or plain.startswith("utf-8-"):
        return "utf-8"
    if plain.startswith(("latin-1", "iso-8859-1", "iso-latin-1")) and plain.partition("1")[2][:1] in {"", "-"}:
        return "iso-8859-1"
    try:
        info = codecs.lookup(name) if len(name) < 64 and not name.startswith("_") else None
    except (LookupError, UnicodeError, ValueError, ImportError):
        info = None
    if info is None:
        raise SourceError(f"not checked: unknown encoding {_short(name)}", at, _HINT)
    canonical = info.name.replace("-", "_")
    if canonical in _REFUSED or not _is_superset_of_ascii(info):
        raise SourceError(f"not checked: {_short(name)} is no encoding for source", at, _HINT)
    return "utf-8" if canonical in {"utf_8", "utf_8_sig"} else info.name


def _is_superset_of_ascii(info: codecs.CodecInfo) -> bool:
    """Return whether a codec reads ASCII as ASCII: others (UTF-7, EBCDIC, HZ) can hide code from readers."""
    try:
        text, _ = info.decode(_ASCII, "strict")
    except ValueError:
        return False
    return text == _ASCII.decode("ascii")


def _invalid(body: bytes, shift: int, encoding: str, error: UnicodeDecodeError) -> SourceError:
    byte = f" (byte 0x{body[error.start]:02x})" if error.start < len(body) else ""
    return SourceError(f"not checked: not valid {encoding}{byte}", shift + error.start, _HINT)


def _first_line(error: Exception) -> str:
    return str(error).split("\n", maxsplit=1)[0]


def _short(name: str) -> str:
    return name if len(name) <= 40 else f"{name[:40]}..."


def encoded(text: str) -> bytes:
    """Return the bytes of a Python file with this text: in the encoding that its first lines name, else as UTF-8."""
    plain = text.encode("utf-8", "surrogatepass")
    try:
        encoding = _encoding(plain, len(_MARK) if plain.startswith(_MARK) else 0)
        return plain if encoding == "utf-8" else text.encode(encoding)
    except (SourceError, UnicodeError):
        return plain
