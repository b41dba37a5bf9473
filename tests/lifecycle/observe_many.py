"""Observes many applications in one interpreter: one process forked for each, so that none sees another's imports.

    python observe_many.py < list of [folder, "module" or "module:attribute"]

Prints one JSON object a line: `{"of": [folder, target], "seen": ...}` as `observe.py` says it, or `{"of": ..., "error": ...}`.
A module without an attribute stands for every application that it binds to a name and makes itself.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import traceback
from pathlib import Path

ORACLE = Path(__file__).parent.parent / "oracle"


def observer():
    """Import `observe.py` and what costs time to import, once for all."""
    spec = importlib.util.spec_from_file_location("observe", ORACLE / "observe.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in ("fastapi.testclient", "fastapi.security", "starlette.middleware.cors", "starlette.middleware.gzip"):
        importlib.import_module(name)
    return module


def attributes(folder, module_name):
    """Return the names under which a module binds applications, each application once."""
    from starlette.applications import Starlette  # noqa: PLC0415

    os.chdir(folder)
    sys.path[0] = str(folder)
    module = importlib.import_module(module_name)
    found = {id(value): name for name, value in reversed(vars(module).items()) if isinstance(value, Starlette)}
    return sorted(found.values())


def in_child(work, output):
    """Run work in a forked process and return the lines that it wrote."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
        with open(write, "w", encoding="utf-8") as stream:
            try:
                stream.write(json.dumps(work()))
            except BaseException as error:  # noqa: BLE001
                last = traceback.format_exception(type(error), error, error.__traceback__)[-1].strip()
                stream.write(json.dumps({"error": last}))
        os._exit(0)
    os.close(write)
    with open(read, encoding="utf-8") as stream:
        text = stream.read()
    os.waitpid(child, 0)
    return json.loads(text) if text else {"error": "ended without a word"}


def main():
    observe = observer()
    for folder, target in json.load(sys.stdin):
        folder = Path(folder).resolve()
        names = [target.partition(":")[2]]
        module = target.partition(":")[0]
        if not names[0]:
            found = in_child(lambda: attributes(folder, module), sys.stdout)
            if isinstance(found, dict):
                print(json.dumps({"of": [str(folder), target], **found}), flush=True)
                continue
            names = found
        for name in names:
            whole = f"{module}:{name}"
            seen = in_child(lambda: {"seen": observe.observe(folder, whole)}, sys.stdout)
            print(json.dumps({"of": [str(folder), whole], **seen}), flush=True)


if __name__ == "__main__":
    main()
