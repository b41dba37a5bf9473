"""What a pyproject.toml says about starting the project: `[tool.fastapi]` and the commands that it installs."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from fastapi_lint.core.span import Span

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_BYTES = 1024 * 1024
_KEY = re.compile(rb"""(?m)^[ \t]*["']?(?:tool\.)?(?:fastapi\.)?entrypoint["']?[ \t]*=[ \t]*""")
_INLINE = re.compile(rb"""entrypoint["']?[ \t]*=[ \t]*""")
_HEADER = re.compile(rb"(?m)^[ \t]*\[[ \t]*([^\]\r\n]*?)[ \t]*\]")


def fastapi_entrypoint(data: bytes) -> tuple[str, Span] | None:
    """Return the import string of `[tool.fastapi] entrypoint` and where it stands (quotes and all), None without one.

    fastapi-cli honours it since 0.0.15, where neither a path nor `--app` is given (fastapi_cli/cli.py). What is no
    TOML gives None.
    """
    if b"entrypoint" not in data:
        return None
    found = _table(_loaded(data), "tool", "fastapi").get("entrypoint")
    return (found, _place(data, found)) if isinstance(found, str) and found else None


def installed_commands(data: bytes) -> Mapping[str, str]:
    """Return the commands that a pyproject.toml installs, each with the dotted module behind it."""
    if b"scripts" not in data:
        return {}
    document = _loaded(data)
    tables = (_table(document, "tool", "poetry", "scripts"), _table(document, "project", "scripts"))
    found = {name: value for table in tables for name, value in table.items() if isinstance(value, str)}
    return {name: value.partition(":")[0].strip() for name, value in found.items()}


def _loaded(data: bytes) -> object:
    if len(data) > MAX_BYTES:
        return {}
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return {}


def _table(document: object, *names: str) -> Mapping[str, object]:
    for name in names:
        document = document.get(name) if isinstance(document, dict) else None
    return document if isinstance(document, dict) else {}


def _place(data: bytes, value: str) -> Span:
    """Return where the value stands, judged by its key and, where several agree, by the table's header."""
    quoted = [b'"' + value.encode() + b'"', b"'" + value.encode() + b"'"]
    found: list[Span] = []
    for pattern in (_KEY, _INLINE):
        for match in pattern.finditer(data):
            at = match.end()
            found.extend(Span(at, at + len(text)) for text in quoted if data.startswith(text, at))
        if found:
            break
    for span in found:
        headers = _HEADER.findall(data[: span.start])
        if headers and b"fastapi" in headers[-1]:
            return span
    if found:
        return found[0]
    at = max(data.find(b"entrypoint"), 0)
    return Span(at, at + len(b"entrypoint"))
