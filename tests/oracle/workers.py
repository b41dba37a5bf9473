"""Starts real uvicorn workers for a proof, and speaks HTTP and WebSocket to one chosen worker.

A request reaches a chosen worker because every other one is stopped (SIGSTOP) while the connection is made: all of
them wait on one listening socket, and a stopped process accepts nothing. So no test depends on how the system
spreads connections, and none has to ask again and again until both workers were seen.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import os
import re
import selectors
import signal
import socket
import struct
import subprocess
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pytest

from tests.oracle.interpreters import Interpreter, OracleError, environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from typing_extensions import Self

needs_posix = pytest.mark.skipif(os.name != "posix", reason="choosing a worker takes SIGSTOP")
"""The mark of tests that serve with several workers."""

START_LIMIT = 60.0
ANSWER_LIMIT = 30.0
STOP_LIMIT = 15.0

_PORT = re.compile(r"Uvicorn running on http://127\.0\.0\.1:(\d+)")
_WORKER = re.compile(r"Started server process \[(\d+)\]")
_READY = "Application startup complete."


class Server:
    """`uvicorn --workers N` with the application of one proof, from entering the `with` block to leaving it.

    `pids` are the worker processes, in the order in which they came up.
    """

    def __init__(
        self,
        interpreter: Interpreter,
        proof: Path,
        *,
        workers: int,
        folder: Path,
        variables: dict[str, str] | None = None,
    ) -> None:
        """Prepare to serve `proof` (a file with `app`) with `folder` as working directory; nothing starts yet."""
        self.workers = workers
        self.pids: tuple[int, ...] = ()
        self.port = 0
        self._said = ""
        self._folder = folder
        self._variables = {"UVICORN_TIMEOUT_WORKER_HEALTHCHECK": "60", **(variables or {})}
        self._command = [str(interpreter.python), "-m", "uvicorn", f"{proof.stem}:app", "--app-dir", str(proof.parent)]
        self._command += ["--host", "127.0.0.1", "--port", "0", "--workers", str(workers), "--no-access-log"]

    def __enter__(self) -> Self:
        """Start the server and wait until each worker is ready.

        Raises: `OracleError` when it ends or is not ready within the limit.
        """
        self._process = subprocess.Popen(
            self._command,
            cwd=self._folder,
            env=environment(**self._variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            self._await_workers()
            self._await_listening()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the server and whatever is left of it."""
        self._stop()

    def get(self, path: str, pid: int | None = None, method: str = "GET") -> Answer:
        """Send one request on a connection of its own, to one worker where `pid` names it."""
        with self._only(pid):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_LIMIT)
            with contextlib.closing(connection):
                connection.request(method, path, headers={"connection": "close"})
                response = connection.getresponse()
                text = response.read().decode()
        return Answer(response.status, text)

    def socket(self, path: str, pid: int | None = None) -> WebSocket:
        """Open a WebSocket, to one worker where `pid` names it."""
        with self._only(pid):
            return WebSocket(self.port, path)

    @contextlib.contextmanager
    def _only(self, pid: int | None) -> Iterator[None]:
        others = [] if pid is None else [other for other in self.pids if other != pid]
        try:
            for other in others:
                os.kill(other, signal.SIGSTOP)
            for other in others:
                _await_stopped(other)
            yield
        finally:
            for other in others:
                os.kill(other, signal.SIGCONT)

    def _await_workers(self) -> None:
        output: IO[bytes] = self._process.stdout  # type: ignore[assignment]
        os.set_blocking(output.fileno(), False)
        end = time.monotonic() + START_LIMIT
        with selectors.DefaultSelector() as selector:
            selector.register(output, selectors.EVENT_READ)
            while not self._ready():
                left = end - time.monotonic()
                if left <= 0 or not selector.select(left):
                    raise OracleError(f"{self._command} was not ready in time:\n{self._said}")
                chunk = output.read()
                if not chunk:
                    raise OracleError(f"{self._command} ended:\n{self._said}")
                self._said += chunk.decode(errors="replace")

    def _await_listening(self) -> None:
        # The workers say that they have started up before the first of them listens on the shared socket.
        end = time.monotonic() + START_LIMIT
        while not self._listens():
            if time.monotonic() > end:
                raise OracleError(f"{self._command} does not listen:\n{self._said}")
            time.sleep(0.01)

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=ANSWER_LIMIT).close()
        except ConnectionRefusedError:
            return False
        return True

    def _ready(self) -> bool:
        port = _PORT.search(self._said)
        pids = _WORKER.findall(self._said)
        if port is None or len(pids) < self.workers or self._said.count(_READY) < self.workers:
            return False
        self.port, self.pids = int(port[1]), tuple(int(pid) for pid in pids)
        return True

    def _stop(self) -> None:
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_LIMIT)
        # The session is the server's own, so this ends its workers and nothing else.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(STOP_LIMIT)
        if self._process.stdout:
            self._process.stdout.close()


class Answer:
    """What a request brought back: the status and the body."""

    def __init__(self, status: int, text: str) -> None:
        """Keep the status and the text of the body."""
        self.status = status
        self.text = text

    def __getitem__(self, name: str) -> Any:
        """Return one member of the JSON object in the body."""
        return json.loads(self.text)[name]


class WebSocket:
    """A client's end of one WebSocket (RFC 6455), as much of it as short text messages need."""

    def __init__(self, port: int, path: str) -> None:
        """Connect and shake hands.

        Raises: `OracleError` when the server does not switch protocols.
        """
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=ANSWER_LIMIT)
        self._stream = self._socket.makefile("rb")
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Connection: Upgrade", "Upgrade: websocket"]
        lines += [f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", "", ""]
        self._socket.sendall("\r\n".join(lines).encode())
        status = self._stream.readline().decode()
        while self._stream.readline() not in {b"\r\n", b""}:
            pass
        if " 101 " not in status:
            self.close()
            raise OracleError(f"no WebSocket at {path}: {status.strip()} (is `websockets` installed?)")

    def send(self, text: str) -> None:
        """Send one text message of up to 125 bytes; what a client sends is masked."""
        data, mask = text.encode(), os.urandom(4)
        body = bytes(byte ^ mask[index % 4] for index, byte in enumerate(data))
        self._socket.sendall(bytes([0x81, 0x80 | len(data)]) + mask + body)

    def receive(self) -> str:
        """Return the next text message; pings are passed over.

        Raises: `OracleError` when the socket is closed instead.
        """
        while True:
            head, size = self._read(2)
            if size == 126:
                (size,) = struct.unpack("!H", self._read(2))
            data = self._read(size)
            if head & 0x0F == 1:
                return data.decode()
            if head & 0x0F == 8:
                raise OracleError("the server closed the WebSocket")

    def close(self) -> None:
        """Drop the connection."""
        self._stream.close()
        self._socket.close()

    def __enter__(self) -> Self:
        """Return the open socket."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Drop the connection."""
        self.close()

    def _read(self, size: int) -> bytes:
        data = self._stream.read(size)
        if len(data) < size:
            raise OracleError("the connection ended")
        return data


def _await_stopped(pid: int) -> None:
    """Wait until a process that was sent SIGSTOP has stopped; where there is no /proc, trust the signal."""
    status = Path(f"/proc/{pid}/stat")
    end = time.monotonic() + STOP_LIMIT
    while status.exists() and time.monotonic() < end:
        # The state follows the name, which may hold blanks and brackets of its own.
        if status.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0] == "T":
            return
        os.sched_yield()
