"""It is raised while the endpoint reads the body, inside of the handlers."""

from fastapi import FastAPI, HTTPException, Request


class Limit:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        async def limited():
            raise HTTPException(status_code=401)

        await self.app(scope, limited if scope["type"] == "http" else receive, send)


app = FastAPI()
app.add_middleware(Limit)


@app.get("/")
async def read(request: Request):
    return len(await request.body())
