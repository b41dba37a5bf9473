"""The comment knows that the last one added is the outermost; refused requests are timed."""

from fastapi import FastAPI
from starlette.responses import PlainTextResponse


class Timing:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        async def timed(message):
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-process-time", b"0.1")]
            await send(message)

        await self.app(scope, receive, timed)


class RefuseAll:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http":
            await PlainTextResponse("no", 401)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


app = FastAPI()
# Timing is added last, so it is the outermost: refused requests are timed too.
app.add_middleware(RefuseAll)
app.add_middleware(Timing)
