"""Where the program starts: `fastapi-lint` and `python -m fastapi_lint`."""

from __future__ import annotations

import gc
import os
import sys

if __name__ == "__main__" or os.path.basename(sys.argv[0]).startswith("fastapi-lint"):  # noqa: PTH119  # a quick start
    # `-m` puts the current folder first and PYTHONPATH may name it, and the project that stands there may have a
    # `click.py` of its own: it is to be read, never to be run. This package needs no path to find its own modules.
    _here = os.path.realpath(os.curdir)
    if _here != os.path.dirname(os.path.dirname(os.path.realpath(__file__))):  # noqa: PTH120
        sys.path[:] = [entry for entry in sys.path if os.path.realpath(entry) != _here]

from fastapi_lint.cli.again import said_before

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn


def program() -> NoReturn:
    """Run the command line as a process of its own, and end it.

    Nothing is looked for that could be freed, neither on the way (what goes on for long asks for that itself) nor at
    the end: on a large project that takes longer than the start.
    """
    gc.disable()
    code = main()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):
        sys.exit(code)
    os._exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line (`sys.argv` where no arguments are given) and return the exit code."""
    try:
        code = said_before(sys.argv[1:] if arguments is None else arguments)
        if code is not None:
            return code
        from fastapi_lint.cli import entry  # noqa: PLC0415  most of what a command needs takes longer than its answer
    except KeyboardInterrupt:
        return 130
    return entry.main(arguments)


if __name__ == "__main__":
    program()
