"""The comment knows that the first one of the list is the outermost."""

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
    # The first one of the list is the outermost: First wraps Second.
    middleware=[Middleware(First), Middleware(Second)],
)
