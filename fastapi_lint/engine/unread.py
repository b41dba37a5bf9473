"""What discovery left out although it had to be checked: it becomes a finding, lest the run pass for a clean one."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final

from fastapi_lint.config.sources import states_versions
from fastapi_lint.engine.files import Problem
from fastapi_lint.facts.deployment.read import is_deployment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fastapi_lint.core.finding import Skipped

_LOCK_OF_EMACS: Final = ".#"
"""How the links to nothing are called by which Emacs marks a file that is being edited."""
_HINT: Final = "leave it out with `extend-exclude`"


def missed(skipped: Iterable[Skipped]) -> Iterator[Problem]:
    """Yield a problem for each path left out that is a file of interest, or a folder that may hold some.

    Of interest are Python files, deployment files, and those that state versions.
    """
    for one in skipped:
        name = posixpath.basename(one.filename)
        is_code = name.endswith(".py") and not name.startswith(_LOCK_OF_EMACS)
        if one.is_folder or is_code or is_deployment(one.filename) or states_versions(one.filename):
            hint = f"check the folder above both, or {_HINT}" if "outside" in one.reason else _HINT
            yield Problem(one.filename, 0, f"not checked: {one.reason}", hint)
