"""FL102: a broadcast reaches the sockets of its own worker only; through a broker it reaches all."""

from __future__ import annotations

import selectors
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.oracle.interpreters import PROOFS, Interpreter
from tests.oracle.workers import Server, needs_posix

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = needs_posix
PROOF = PROOFS / "in_process_websocket_registry"


@contextmanager
def broker() -> Iterator[int]:
    """Send whatever one connection says to every connection, and give the port."""
    listener = socket.create_server(("127.0.0.1", 0))
    wake, woken = socket.socketpair()

    def relay() -> None:
        members: list[socket.socket] = []
        with selectors.DefaultSelector() as selector:
            for source in (listener, woken):
                selector.register(source, selectors.EVENT_READ)
            while True:
                ready = [key.fileobj for key, _ in selector.select()]
                if woken in ready:
                    break
                for source in ready:
                    if source is listener:
                        members.append(listener.accept()[0])
                        selector.register(members[-1], selectors.EVENT_READ)
                    elif data := source.recv(4096):
                        for member in members:
                            member.sendall(data)
                    else:
                        selector.unregister(source)
                        members.remove(source)
                        source.close()
        for member in members:
            member.close()

    thread = threading.Thread(target=relay)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        wake.close()
        thread.join()
        woken.close()
        listener.close()


def test_a_broadcast_stays_in_its_worker(outer_interpreter: Interpreter, tmp_path: Path) -> None:
    with Server(outer_interpreter, PROOF / "bad_broadcast.py", workers=2, folder=tmp_path) as server:
        first, second = server.pids
        with (
            server.socket("/chat", pid=first) as near,
            server.socket("/chat", pid=first) as neighbour,
            server.socket("/chat", pid=second) as far,
        ):
            assert [int(peer.receive()) for peer in (near, neighbour, far)] == [first, first, second]
            near.send("hello")
            assert (near.receive(), neighbour.receive()) == ("hello", "hello")
            # The first broadcast is over; had it come to the other worker, it would stand before this one.
            far.send("anybody?")
            assert far.receive() == "anybody?"


def test_one_worker_reaches_everybody(newest: Interpreter, tmp_path: Path) -> None:
    with (
        Server(newest, PROOF / "bad_broadcast.py", workers=1, folder=tmp_path) as server,
        server.socket("/chat") as near,
        server.socket("/chat") as far,
    ):
        assert {int(peer.receive()) for peer in (near, far)} == set(server.pids)
        near.send("hello")
        assert (near.receive(), far.receive()) == ("hello", "hello")


def test_a_message_to_one_user_needs_the_right_worker(outer_interpreter: Interpreter, tmp_path: Path) -> None:
    with Server(outer_interpreter, PROOF / "bad_message_to_one_user.py", workers=2, folder=tmp_path) as server:
        first, second = server.pids
        with server.socket("/inbox/ada", pid=second) as inbox:
            assert int(inbox.receive()) == second
            missed = server.get("/notify/ada/one", pid=first, method="POST")
            sent = server.get("/notify/ada/two", pid=second, method="POST")
            assert (missed["worker"], missed["sent"]) == (first, False)
            assert (sent["worker"], sent["sent"]) == (second, True)
            assert inbox.receive() == "two"


def test_a_broker_carries_the_broadcast_to_the_other_worker(outer_interpreter: Interpreter, tmp_path: Path) -> None:
    with (
        broker() as port,
        Server(
            outer_interpreter,
            PROOF / "good_broker.py",
            workers=2,
            folder=tmp_path,
            variables={"BROKER_PORT": str(port)},
        ) as server,
    ):
        first, second = server.pids
        with server.socket("/chat", pid=first) as near, server.socket("/chat", pid=second) as far:
            assert [int(peer.receive()) for peer in (near, far)] == [first, second]
            near.send("hello")
            assert (near.receive(), far.receive()) == ("hello", "hello")


@pytest.mark.parametrize("stem", sorted(path.stem for path in PROOF.glob("*.py")))
def test_every_proof_is_named_in_a_test(stem: str) -> None:
    assert stem in {"bad_broadcast", "bad_message_to_one_user", "good_broker"}
