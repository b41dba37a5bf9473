"""Versions that the user states outright: `--target-version fastapi=0.115` and the settings' `target-version`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from fastapi_lint.config.suggest import suggestion
from fastapi_lint.core.errors import ConfigError
from fastapi_lint.knowledge.releases import KNOWN_RELEASES
from fastapi_lint.knowledge.versions import VersionSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_ARGUMENT: Final = re.compile(r"\s*([A-Za-z][A-Za-z0-9._-]*)\s*(=(?!=)|(?=[=<>!~]))\s*(.*?)\s*", re.DOTALL)
_VERSION: Final = re.compile(r"[0-9]+(?:\.[0-9]+)*")
_FORM: Final = "write fastapi=0.115, fastapi=0.115.3 or fastapi>=0.110,<0.116"


def parse_overrides(arguments: Iterable[str]) -> Mapping[str, str]:
    """Return package to version as given on the command line, the last of each package.

    Raises ConfigError for an argument of another form, an unknown package and a version that is none.
    """
    overrides: dict[str, str] = {}
    for argument in arguments:
        found = _ARGUMENT.fullmatch(argument)
        if found is None:
            raise ConfigError(f"`{argument[:60]}` names no package and version", _FORM)
        package = normal_name(found.group(1))
        specifier_of(package, found.group(3))
        overrides[package] = found.group(3)
    return overrides


def specifier_of(package: str, version: str) -> str:
    """Return the specifier that a stated version means: `0.115` every 0.115 release, `0.115.3` that one.

    A specifier means itself. Raises ConfigError for an unknown package and a version that is none.
    """
    if normal_name(package) not in KNOWN_RELEASES:
        hint = suggestion(package, KNOWN_RELEASES) or f"the packages are {', '.join(KNOWN_RELEASES)}"
        raise ConfigError(f"`{package[:60]}` is no package with a target version", hint)
    text = version.strip()
    if _VERSION.fullmatch(text):
        text = f"=={text}.*" if text.count(".") < 2 else f"=={text}"
    elif text[:1].isdigit():
        text = f"=={text}"
    try:
        VersionSet.within(normal_name(package), text or "?")
    except ValueError:
        raise ConfigError(f"`{version[:60]}` is no version of {package}", _FORM) from None
    return text


def normal_name(package: str) -> str:
    """Return a package's name as indexes compare it: lower case, with `-` for runs of `-`, `_` and `.`."""
    return re.sub(r"[-_.]+", "-", package).lower()
