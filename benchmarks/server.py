"""How long an author waits: from a change in an editor to the diagnostics that a running language server publishes."""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from queue import Queue
from statistics import median, quantiles
from typing import TYPE_CHECKING

from benchmarks.synthetic import write_project

if TYPE_CHECKING:
    from collections.abc import Sequence

LEFT_OUT = (".git", "node_modules", ".venv", "venv")


class Editor:
    """A client of a server of its own, which counts text in UTF-16 and pulls nothing."""

    def __init__(self, root: Path) -> None:
        command = [sys.executable, "-m", "fastapi_lint", "server", "--no-cache"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._heard: Queue[dict[str, object]] = Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        folders = [{"uri": root.as_uri(), "name": root.name}]
        params: dict[str, object] = {
            "processId": None,
            "rootUri": root.as_uri(),
            "capabilities": {},
            "workspaceFolders": folders,
        }
        self.say("initialize", params, number=1)
        self.say("initialized", {})

    def say(self, method: str, params: object, number: int | None = None) -> None:
        """Send a notification, or a request where it has a number."""
        content = {"jsonrpc": "2.0", "method": method, "params": params}
        body = json.dumps(content if number is None else {**content, "id": number}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def told(self, uri: str, version: int) -> None:
        """Wait until the diagnostics of a version of a document are published."""
        while True:
            params = self._heard.get(timeout=600).get("params")
            if isinstance(params, dict) and (params.get("uri"), params.get("version")) == (uri, version):
                return

    def close(self) -> None:
        """End the server."""
        self.say("shutdown", None, number=2)
        self.say("exit", None)
        self._process.wait(60)

    def _listen(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        while header := stream.readline():
            if header.lower().startswith(b"content-length:"):
                size = int(header.partition(b":")[2])
                while stream.readline().strip():
                    pass
                self._heard.put(json.loads(stream.read(size)))


KINDS = {
    "a comment": "# {}\n",
    "a statement": "name_{} = 1\n",
    "a function": "def name_{}(): ...\n",
}


def waits(root: Path, file: Path, changes: int) -> dict[str, list[float]]:
    """Return the milliseconds of each change by its kind, that take turns; each change replaces the one before."""
    editor = Editor(root)
    text, uri = file.read_text(encoding="utf-8"), file.as_uri()
    document = {"uri": uri, "languageId": "python", "version": 0, "text": text}
    editor.say("textDocument/didOpen", {"textDocument": document})
    editor.told(uri, 0)
    found: dict[str, list[float]] = {kind: [] for kind in KINDS}
    turns = [(kind, number) for kind in KINDS for number in range(changes // len(KINDS) + 1)]
    for version, (kind, number) in enumerate(turns, 1):
        added = KINDS[kind].format(number)
        changed = {"textDocument": {"uri": uri, "version": version}, "contentChanges": [{"text": text + added}]}
        start = time.perf_counter()
        editor.say("textDocument/didChange", changed)
        editor.told(uri, version)
        # The first of a kind also takes away what the kind before it has put there.
        if number:
            found[kind].append((time.perf_counter() - start) * 1000)
    editor.close()
    return found


def main(arguments: Sequence[str]) -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description="Measure a change in an editor until its diagnostics are published.")
    parser.add_argument("--project", type=Path, help="the folder of a project; without it a synthetic one is written")
    parser.add_argument("--file", help="the file that is changed, relative to the project; one with routes by default")
    parser.add_argument("--changes", type=int, default=60)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve() / "project"
        if asked.project is None:
            write_project(root)
        else:
            shutil.copytree(asked.project, root, ignore=shutil.ignore_patterns(*LEFT_OUT), symlinks=True)
        files = sorted(root.rglob("*.py"))
        file = root / asked.file if asked.file else next(one for one in files if b"APIRouter(" in one.read_bytes())
        found = waits(root, file, max(20, asked.changes))
    print(f"{len(files)} Python files; {file.relative_to(root)} is changed; Python {platform.python_version()}\n")
    print("| from a change to its diagnostics | median ms | 95th percentile ms |\n|---|---|---|")
    for kind, one in found.items():
        print(f"| {kind} | {median(one):.0f} | {quantiles(one, n=20)[-1]:.0f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
