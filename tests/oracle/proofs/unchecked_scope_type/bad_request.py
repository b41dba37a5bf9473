"""A middleware builds a request of every scope."""

from fastapi import FastAPI, Request

journal = []


class Layer:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        Request(scope)
        await self.app(scope, receive, send)


app = FastAPI()
app.add_middleware(Layer)


@app.on_event("startup")
async def start():
    journal.append("start")


@app.get("/")
async def root():
    return {"started": journal == ["start"]}
