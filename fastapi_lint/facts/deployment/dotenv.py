"""Files of `NAME=value` lines, as compose, systemd and python-dotenv read them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fastapi_lint.facts.deployment.expand import DOCKER, SPLIT, Scope, whole
from fastapi_lint.facts.deployment.text import UNKNOWN, Text, marker, split_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.]*)\s*=[ \t]*")
_LINES = 1000
_LONGEST = 1024
_COMMENT = re.compile(r"\s#")


def read_variables(text: Text, *, expands: bool = True) -> Mapping[str, Text]:
    """Return the variables of such a file, the last line wins; lines that are no assignments are passed over.

    `expands` says whether `${OTHER}` in a value means an earlier variable of the file (systemd does not do so).
    """
    found: dict[str, Text] = {}
    for line in split_lines(text)[:_LINES]:
        match = _LINE.match(line.value)
        if match is None:
            continue
        value = line.cut(match.end()).strip()
        if not value.value.startswith(("'", '"')):
            comment = _COMMENT.search(value.value)
            value = value.cut(0, comment.start()).strip() if comment else value
            value = Text() if value.value.startswith("#") else value
        value = whole(value, DOCKER if expands else SPLIT, Scope(found))
        value = value if len(value) <= _LONGEST else marker(UNKNOWN, value)
        found[match[1]] = value.labelled(f"`{match[1]}` is set here")
    return found
