"""Measures every shape and bomb of the fuzzer at growing sizes: what came of it, CPU time, and memory.

python -m tools.fuzz_shapes 1000 100000
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from typing import Final

from fastapi_lint.engine.deep import deeply
from fastapi_lint.engine.workers import Children, Lost, supervised
from fastapi_lint.source.guard import refusal
from tools.fuzz import WAITING, complaint
from tools.fuzz_inputs import BOMBS, PYTHON, SHAPES, Input

_SIZES: Final = (100, 1_000, 10_000, 100_000)


def measured(one: Input) -> tuple[str, float, float, str]:
    """Return what does not hold of an input, the seconds of CPU and the MiB that it took, and what came of it."""

    def work(_: int) -> bytes:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        begun = time.process_time()
        text = complaint(one)
        taken = time.process_time() - begun
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        refused = refusal(one.data.decode()) if one.name == PYTHON else None
        told = refused[0] if refused is not None else "read"
        return json.dumps([text, taken, grown, told]).encode()

    ((_, result),) = supervised([0], work, 1, Children(), WAITING)
    if isinstance(result, Lost):
        return result.reason, 0.0, 0.0, "lost"
    text, taken, grown, told = json.loads(result)
    return text, taken, grown, told


def main() -> int:
    """Measure as the command line says and print a line for each input."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=_SIZES)
    given = parser.parse_args()
    amiss = 0
    for name, grow in {**SHAPES, **BOMBS}.items():
        for size in given.sizes:
            one = Input(PYTHON if name in SHAPES else name, f"{grow(size)}\n".encode(), name)
            text, taken, grown, told = deeply(lambda one=one: measured(one))  # type: ignore[misc]
            amiss += bool(text)
            print(f"{name:36} {size:7} {taken:6.2f} s {grown:6.0f} MiB  {text or told}", flush=True)
    return int(amiss > 0)


if __name__ == "__main__":
    sys.exit(main())
