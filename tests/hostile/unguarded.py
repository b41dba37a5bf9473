"""The command line with the guard out of the way, so that what harms LibCST really does.

Run as a script: `SECONDS` and `MEMORY` of the environment are the limits of a task, the arguments are the linter's.
"""

import os
import sys

from fastapi_lint.cli.entry import main
from fastapi_lint.engine import files, workers
from fastapi_lint.source import guard

guard.MAX_BRACKETS = guard.MAX_CHAIN = guard.MAX_CASE_DEPTH = 10**9
guard.MAX_PLAIN = 400
workers.SECONDS = float(os.environ.get("SECONDS", "2"))
workers.MEMORY = int(os.environ.get("MEMORY", str(1 << 30)))
files._PARALLEL_ABOVE = 0

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
