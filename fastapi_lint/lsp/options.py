"""What a client may set: the wishes of its user beside the project's own settings, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final

from fastapi_lint.config.suggest import suggestion

SECTION: Final = "fastapi-lint"
_OF_CLIENTS: Final = frozenset({"interpreter", "path", "importStrategy", "trace"})
"""Keys of the same section that extensions have for themselves."""


@dataclass(frozen=True, slots=True)
class Options:
    """A client's settings of one workspace folder; the selections stand upon those of the project."""

    enable: bool = True
    configuration: str = ""
    """The settings file to read instead of the project's own, relative to the folder; empty for the project's."""
    baseline: str = ""
    """The baseline to read instead of the project's own, relative to the folder; empty for the project's."""
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    preview: bool = False
    target_version: tuple[str, ...] = ()
    show_possible: bool = False
    code_lens: bool = True
    inlay_hints: bool = True


def read_options(value: object) -> tuple[Options, tuple[str, ...]]:
    """Return the options of a client's answer and a line for each mistake in it; never raises."""
    if isinstance(value, Mapping):
        # A client that sends its settings unasked sends the whole tree, or what it calls its settings.
        value = value.get(SECTION, value.get("settings", value))
    if value is None:
        return Options(), ()
    if not isinstance(value, Mapping):
        return Options(), (f"the settings of `{SECTION}` are no object",)
    known = {_spelt(field.name): field.name for field in fields(Options)}
    found: dict[str, object] = {}
    problems: list[str] = []
    for key, given in value.items():
        if key in _OF_CLIENTS or given is None:
            continue
        if key not in known:
            hint = suggestion(str(key), list(known))
            problems.append(f"the setting `{SECTION}.{str(key)[:40]}` does not exist{'; ' if hint else ''}{hint}")
            continue
        taken = _taken(getattr(Options(), known[key]), given)
        if taken is None:
            problems.append(f"the setting `{SECTION}.{key}` has a value of the wrong type")
        else:
            found[known[key]] = taken
    return Options(**found), tuple(problems)  # type: ignore[arg-type]


def _taken(default: object, given: object) -> bool | str | tuple[str, ...] | None:
    """Return a value of the type of the default, None where it has another."""
    if isinstance(default, bool):
        return given if isinstance(given, bool) else None
    if isinstance(default, str):
        return given if isinstance(given, str) else None
    if isinstance(given, list) and all(isinstance(item, str) for item in given):
        return tuple(given)
    return None


def _spelt(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)
