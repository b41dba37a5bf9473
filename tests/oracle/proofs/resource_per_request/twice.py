"""Sends every request twice, and counts the connections that an HTTP server accepts."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Twice:
    """ASGI middleware that sends a request to what is inside of it two times and answers with the second answer."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        async def body():
            return {"type": "http.request", "body": b"", "more_body": False}

        async def nowhere(message):
            return None

        if scope["type"] == "http":
            await self.app(dict(scope), body, nowhere)
        await self.app(scope, receive, send)


def upstream(journal):
    """Start a server that keeps its connections open, note each that it accepts, and return its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self):
            journal.append("connected")
            super().setup()

        def do_GET(self):
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_):
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}/"
