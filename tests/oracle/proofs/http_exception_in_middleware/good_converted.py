"""A middleware further outside answers for what an inner one raises."""

from fastapi import FastAPI, HTTPException
from starlette.responses import JSONResponse


class Check:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http":
            raise HTTPException(status_code=401)
        await self.app(scope, receive, send)


class Answering:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        try:
            await self.app(scope, receive, send)
        except HTTPException as error:
            await JSONResponse({"detail": error.detail}, status_code=error.status_code)(scope, receive, send)


app = FastAPI()
app.add_middleware(Check)
app.add_middleware(Answering)
