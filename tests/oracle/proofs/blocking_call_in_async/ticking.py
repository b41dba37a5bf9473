"""Shows whether the event loop goes on: a task that ticks while a request is served, and a call that waits."""

import asyncio
import time

ticks = []


def wait(journal):
    """Block the thread for a moment, and note whether the event loop went on in the meantime."""
    before = len(ticks)
    time.sleep(0.1)
    journal.append("the loop went on" if len(ticks) > before else "the loop stood still")


class Ticking:
    """ASGI middleware that ticks while what is inside of it works."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        task = asyncio.ensure_future(self.tick())
        await asyncio.sleep(0)
        try:
            await self.app(scope, receive, send)
        finally:
            task.cancel()

    async def tick(self):
        while True:
            ticks.append(None)
            await asyncio.sleep(0.001)
