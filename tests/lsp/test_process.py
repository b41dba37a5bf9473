"""The server as a process: what it imports, how it ends, and what it says where no client speaks."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

SERVER = [sys.executable, "-m", "fastapi_lint", "server", "--no-cache"]
SHUTDOWN = {"jsonrpc": "2.0", "id": 2, "method": "shutdown"}
EXIT = {"jsonrpc": "2.0", "method": "exit"}


def message(content: object) -> bytes:
    body = json.dumps(content).encode()
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


def initialize(folder: Path) -> dict[str, object]:
    folders = [{"uri": folder.as_uri(), "name": "shop"}]
    params = {"processId": None, "rootUri": folder.as_uri(), "capabilities": {}, "workspaceFolders": folders}
    return {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}


def spoken(*parts: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(SERVER, input=b"".join(parts), capture_output=True, check=False, timeout=120)


@pytest.mark.parametrize("command", ["check", "trace", "rules", "explain", "clean", "server"])
def test_no_command_but_the_server_imports_its_libraries(command: str, project: Path, tmp_path: Path) -> None:
    arguments = {
        "check": ["check", str(project), "--no-cache"],
        "trace": ["trace", str(project), "--no-cache"],
        "rules": ["rules"],
        "explain": ["explain", "FL301"],
        "clean": ["clean", "--cache-dir", str(tmp_path)],
        "server": ["server", "--help"],
    }[command]
    program = (
        "import sys\n"
        "from fastapi_lint.cli.entry import main\n"
        f"code = main({arguments!r})\n"
        "print(code, sorted({'pygls', 'lsprotocol', 'cattrs'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1] == "0 []"


def test_an_orderly_end_is_0(project: Path) -> None:
    done = spoken(message(initialize(project)), message(SHUTDOWN), message(EXIT))
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("parts", [(), (EXIT,)], ids=["closed", "exit without shutdown"])
def test_a_client_that_goes_away_without_a_word_is_1(parts: tuple[object, ...], project: Path) -> None:
    done = spoken(message(initialize(project)), *map(message, parts))
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", "does not speak the language server protocol"),
        (b"\x00\xff" * 5000, "does not speak the language server protocol"),
        (b"Content-Length: 99999999999\r\n\r\n", "too large"),
    ],
)
def test_what_is_no_client_is_told_so(sent: bytes, said: str) -> None:
    done = spoken(sent)
    assert done.returncode == 2
    error = done.stderr.decode()
    assert said in error.splitlines()[0]
    assert error.splitlines()[1].startswith("hint: an editor starts")
    assert "Traceback" not in error


GARBLED = [
    b"{",
    b"\xff\xfe",
    b"[" * 100_000,
    b"5",
    b'{"jsonrpc": "2.0"}',
    b'{"jsonrpc": "2.0", "id": 7, "method": "textDocument/hover", "params": 5}',
    b'{"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": {"uri": 1}}}',
    b'{"jsonrpc": "2.0", "method": "textDocument/didChange", "params": {"textDocument": {"uri": "file:///none", '
    b'"version": 1}, "contentChanges": []}}',
    b'{"jsonrpc": "2.0", "method": "no/such", "params": {}}',
    b'{"jsonrpc": "2.0", "id": 99, "result": null}',
    b'{"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 1000}}',
]


def test_a_garbled_message_costs_a_line_or_two_and_the_session_goes_on(project: Path) -> None:
    garbled = [b"Content-Length: %d\r\n\r\n" % len(body) + body for body in GARBLED]
    first = message(initialize(project))
    done = spoken(*garbled, first, *garbled, message(SHUTDOWN), message(EXIT))
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) <= 4 * len(garbled)
    answered = [json.loads(part.partition(b"\r\n\r\n")[2]) for part in done.stdout.split(b"Content-Length: ")[1:]]
    assert {1, 2} <= {answer["id"] for answer in answered if "result" in answer}


def test_a_client_that_reads_no_more_ends_the_server(project: Path) -> None:
    with subprocess.Popen(SERVER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as server:
        server.stdout.close()
        server.stdin.write(message(initialize(project)))
        server.stdin.flush()
        assert server.wait(60) == 1
        assert b"Traceback" not in server.stderr.read()
