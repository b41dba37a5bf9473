"""The baseline: a file of the findings that a project has, so that only new ones are told.

It is JSON, sorted, a finding a line, without row numbers: two people who mend different findings do not meet in it.
"""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from fastapi_lint.core.errors import ConfigError
from fastapi_lint.engine.known import Known

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from fastapi_lint.core.finding import Report

NAME: Final = ".fastapi-lint-baseline.json"
"""The file in the project's root that is used unasked."""

_VERSION: Final = 1
_KEYS: Final = ("path", "code", "text", "message")
_LARGEST: Final = 64 << 20
_MEND: Final = "mend it, or remove it and run `fastapi-lint baseline`"


def read_baseline(file: Path) -> tuple[Known, ...]:
    """Return what a baseline file holds.

    Raises:
        ConfigError: naming the file, and the line where there is one, for a file that cannot be read, is no JSON or no
            baseline, or was written by a later version.

    """
    try:
        if not file.is_file():
            raise ConfigError(f"the baseline {file} does not exist", "`fastapi-lint baseline` writes one")
        if file.stat().st_size > _LARGEST:
            raise ConfigError(f"the baseline {file} is larger than {_LARGEST >> 20} MiB", _MEND)
        value = json.loads(file.read_bytes())
    except OSError as error:
        raise ConfigError(f"the baseline {file} cannot be read: {(error.strerror or str(error)).lower()}") from None
    except json.JSONDecodeError as error:
        raise ConfigError(f"{file}:{error.lineno}:{error.colno}: the baseline is no JSON: {error.msg}", _MEND) from None
    except (UnicodeDecodeError, RecursionError):
        raise ConfigError(f"the baseline {file} is no JSON", _MEND) from None
    return tuple(_entries(file, value))


def write_text(known: Iterable[Known]) -> str:
    """Return the text of a baseline file."""
    lines = [json.dumps(_object(one)) for one in sorted(known)]
    body = "".join(f"    {line}{',' if number < len(lines) else ''}\n" for number, line in enumerate(lines, 1))
    listed = f"[\n{body}  ]" if lines else "[]"
    # JSON leaves DEL as it is.
    return f'{{\n  "version": {_VERSION},\n  "findings": {listed}\n}}\n'.replace("\x7f", "\\u007f")


def is_gone(one: Known, report: Report, asked: Sequence[str], *, show_possible: bool) -> bool:
    """Return whether a known finding that was not found again has gone, and was not only left unseen by this run.

    `asked` are the files and folders that the run was asked for, relative to the root, a folder with a trailing slash.
    """
    if report.failures or report.skipped or (one.is_possible and not show_possible):
        return False
    return any(one.path.startswith(path) if path.endswith("/") else path in {"", one.path} for path in asked)


def _object(one: Known) -> dict[str, object]:
    found: dict[str, object] = {"path": one.path, "code": one.code, "text": one.text, "message": one.message}
    return {**found, "possible": True} if one.is_possible else found


def _entries(file: Path, value: object) -> Iterable[Known]:
    if not isinstance(value, dict) or not isinstance(value.get("findings"), list) or "version" not in value:
        raise ConfigError(f"{file} is no baseline: it has no `version` and list of `findings`", _MEND)
    if value["version"] != _VERSION:
        hint = "it was written by another version of fastapi-lint"
        raise ConfigError(f"{file} is a baseline of version {str(value['version'])[:20]}, not {_VERSION}", hint)
    for number, entry in enumerate(value["findings"], 1):
        texts = [entry.get(key) for key in _KEYS] if isinstance(entry, dict) else []
        path, code, text, message = (one if isinstance(one, str) else "" for one in texts or [""] * len(_KEYS))
        if not path or not code or not all(isinstance(one, str) for one in texts):
            needed = ", ".join(f"`{key}`" for key in _KEYS)
            raise ConfigError(f"{file}: finding {number} of the baseline lacks one of {needed}", _MEND)
        yield Known(PurePosixPath(path).as_posix(), code, text, message, entry.get("possible") is True)
