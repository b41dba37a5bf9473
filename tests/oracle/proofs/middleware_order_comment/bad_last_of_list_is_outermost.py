"""The comment reads the constructor's list as if it were a row of add_middleware calls."""

from fastapi import FastAPI
from starlette.middleware import Middleware


class First:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        await self.app(scope, receive, send)


class Second(First):
    pass


app = FastAPI(
    # The last one of the list is the outermost: Second wraps First.
    middleware=[Middleware(First), Middleware(Second)],
)
