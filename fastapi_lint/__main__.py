"""Where the program starts: `fastapi-lint` and `python -m fastapi_lint`."""

from __future__ import annotations

import sys

if __name__ == "__main__" and not (sys.flags.isolated or getattr(sys.flags, "safe_path", False)):
    # `-m` puts the current folder first, and the project that stands there may have a `click.py` of its own: it is to
    # be read, never to be run. This package needs no path to find its own modules.
    del sys.path[0]

from fastapi_lint.cli.entry import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
