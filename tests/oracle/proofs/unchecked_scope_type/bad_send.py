"""A middleware takes every message for an HTTP one."""

from fastapi import FastAPI

journal = []


class Layer:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        async def send_wrapper(message):
            if message["status"] == 500:
                journal.append("failed")
            await send(message)

        await self.app(scope, receive, send_wrapper)


app = FastAPI()
app.add_middleware(Layer)


@app.on_event("startup")
async def start():
    journal.append("start")


@app.get("/")
async def root():
    return {"started": journal == ["start"]}
