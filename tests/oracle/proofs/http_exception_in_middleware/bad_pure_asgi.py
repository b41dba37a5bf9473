"""The same without `BaseHTTPMiddleware`."""

from fastapi import FastAPI, HTTPException


class Check:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http":
            raise HTTPException(status_code=401)
        await self.app(scope, receive, send)


app = FastAPI()
app.add_middleware(Check)
