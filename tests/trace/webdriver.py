"""A browser without a window, driven by the W3C WebDriver protocol with nothing but the standard library."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
KEYS = {"tab": "\ue004", "enter": "\ue007", "down": "\ue015", "up": "\ue013", "escape": "\ue00c", "end": "\ue010"}
PATIENCE = 30.0


def programs() -> tuple[str, str] | None:
    """The browser and its driver, None where one of them is missing."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    return (browser, driver) if browser and driver else None


class Browser:
    """One session."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._session = ""

    def call(self, method: str, path: str, body: object = None) -> Any:
        """One command; its value, or an error with the driver's message."""
        data = json.dumps(body if body is not None else {}).encode() if method == "POST" else None
        request = urllib.request.Request(f"{self._address}{self._session}{path}", data, method=method)
        request.add_header("content-type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(json.load(error)["value"]["message"]) from None

    def begin(self, binary: str, folder: Path, *options: str) -> None:
        """Start the browser with a profile in `folder`."""
        arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        arguments += [f"--user-data-dir={folder}", "--window-size=1280,900", *options]
        wanted = {
            "goog:chromeOptions": {"binary": binary, "args": arguments},
            "goog:loggingPrefs": {"browser": "ALL"},
        }
        made = self.call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self._session = f"/session/{made['sessionId']}"

    def open(self, url: str) -> None:
        """Go to a page."""
        self.call("POST", "/url", {"url": url})

    def run(self, script: str, *arguments: object) -> Any:
        """The value of a script; `return` gives it."""
        return self.call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def press(self, *keys: str) -> None:
        """Press keys one after another, wherever the focus is; names of `KEYS`, or text."""
        actions = []
        for key in keys:
            for value in (KEYS[key],) if key in KEYS else key:
                actions += [{"type": "keyDown", "value": value}, {"type": "keyUp", "value": value}]
        self.call("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def click(self, selector: str) -> None:
        """Click on an element."""
        found = self.call("POST", "/element", {"using": "css selector", "value": selector})
        self.call("POST", f"/element/{found[ELEMENT]}/click")

    def messages(self) -> list[str]:
        """What was written to the console since the last time."""
        return [one["message"] for one in self.call("POST", "/se/log", {"type": "browser"})]

    def end(self) -> None:
        """Close the browser."""
        self.call("DELETE", "")


@contextmanager
def browsing(folder: Path, *options: str) -> Iterator[Browser]:
    """A browser for the length of a block; raises where `programs` gives None."""
    found = programs()
    assert found is not None
    binary, driver = found
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([driver, f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        browser = Browser(f"http://127.0.0.1:{port}")
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                if browser.call("GET", "/status")["ready"]:
                    break
            except (urllib.error.URLError, ConnectionError):
                assert process.poll() is None, "the driver ended"
            assert time.monotonic() < deadline, "the driver does not answer"
            time.sleep(0.1)
        browser.begin(binary, folder, *options)
        try:
            yield browser
        finally:
            browser.end()
    finally:
        process.terminate()
        process.wait(PATIENCE)
