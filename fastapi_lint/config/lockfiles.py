"""What lock files pin: uv.lock, poetry.lock, pdm.lock, pylock.toml and Pipfile.lock."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from fastapi_lint.config.claims import Claim, FileClaims, line_span, poetry_specifiers
from fastapi_lint.config.overrides import normal_name
from fastapi_lint.config.toml import TomlProblem, parse_toml, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastapi_lint.core.span import Span

_LOCKED: Final = re.compile(rb'(?m)^name = "([^"\r\n]+)"\r?\nversion = "([^"\r\n]+)"')
_CONFLICT: Final = re.compile(rb"(?m)^(?:<<<<<<<|>>>>>>>) ")
_PYTHON: Final = re.compile(rb'(?m)^requires-python = "([^"\r\n]+)"')
_POETRY_PYTHON: Final = re.compile(rb'(?m)^\[metadata\]\r?\n(?:[^\[\r\n].*\n)*?python-versions = "([^"\r\n]+)"')
_MEMBER: Final = re.compile(rb'(?m)^source = \{ (?:editable|virtual) = "([^"\r\n]+)" \}')


def read_toml_lock(data: bytes) -> FileClaims:
    """Return the pins of a lock in TOML.

    Locks are large and written by machines, so the two lines that matter of each package are looked for; a
    file that has none in that form is parsed.
    """
    problems: tuple[tuple[Span, str], ...] = ()
    claims = tuple(_scanned(data))
    if not claims or _CONFLICT.search(data):
        try:
            claims = tuple(_parsed(data, parse_toml(data)))
        except TomlProblem as problem:
            problems = ((line_span(data, problem.offset), f"cannot be read: {problem.message}"),)
    members = tuple(found.group(1).decode("utf-8", "replace") for found in _MEMBER.finditer(data))
    return FileClaims((*claims, *_pythons(data)), problems, members)


def read_pipfile_lock(data: bytes) -> FileClaims:
    """Return the pins of a Pipfile.lock, those of the default group before those of the developers'."""
    try:
        values = json.loads(data)
    except (ValueError, RecursionError) as error:
        reason = getattr(error, "msg", "") or "nested too deeply or not valid UTF-8"
        at = len(str(getattr(error, "doc", ""))[: getattr(error, "pos", 0)].encode("utf-8", "replace"))
        return FileClaims(problems=((line_span(data, at), f"cannot be read: {reason}"),))
    return FileClaims(tuple(_pipenv(data, values)))


def _scanned(data: bytes) -> Iterator[Claim]:
    for found in _LOCKED.finditer(data):
        name, version = (part.decode("utf-8", "replace") for part in found.groups())
        yield Claim(normal_name(name), f"=={version}", line_span(data, found.start(2)))


def _parsed(data: bytes, values: Mapping[str, object]) -> Iterator[Claim]:
    for key in ("package", "packages"):
        packages = values.get(key)
        for package in packages if isinstance(packages, list) else ():
            name, version = table(package).get("name"), table(package).get("version")
            if isinstance(name, str) and isinstance(version, str):
                at = data.find(f'"{name}"'.encode())
                yield Claim(normal_name(name), f"=={version}", line_span(data, max(at, 0)))


def _pythons(data: bytes) -> Iterator[Claim]:
    found = _PYTHON.search(data) or _POETRY_PYTHON.search(data)
    if found is not None:
        span = line_span(data, found.start(1))
        for specifier in poetry_specifiers(found.group(1).decode("utf-8", "replace")):
            yield Claim("python", specifier, span)


def _pipenv(data: bytes, values: object) -> Iterator[Claim]:
    for rank, group in ((0, "default"), (2, "develop")):
        for name, package in table(values, group).items():
            version = table(package).get("version")
            if isinstance(version, str):
                at = data.find(f'"{name}": {{'.encode())
                stated = data.find(b'"version"', at) if at >= 0 else -1
                yield Claim(normal_name(name), version, line_span(data, max(stated, at, 0)), rank)
    requires = table(values, "_meta", "requires")
    python = requires.get("python_full_version") or requires.get("python_version")
    if isinstance(python, str):
        specifier = f"=={python}" if python.count(".") > 1 else f"=={python}.*"
        yield Claim("python", specifier, line_span(data, max(data.find(b'"python_'), 0)))
