"""The comment knows that what is added later goes around the list."""

from fastapi import FastAPI, Request
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware


class Listed:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        await self.app(scope, receive, send)


class Added(Listed):
    pass


# Listed is the outermost of these two only; what is added below goes around them.
app = FastAPI(middleware=[Middleware(Listed), Middleware(GZipMiddleware, minimum_size=10)])
app.add_middleware(Added)


@app.middleware("http")
async def decorated(request: Request, call_next):
    return await call_next(request)


app.add_middleware(GZipMiddleware)
