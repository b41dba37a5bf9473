"""A middleware hands on what is not HTTP."""

from fastapi import FastAPI

journal = []


class Layer:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        await self.app(scope, receive, send)


app = FastAPI()
app.add_middleware(Layer)


@app.on_event("startup")
async def start():
    journal.append("start")


@app.get("/")
async def root():
    return {"started": journal == ["start"]}
