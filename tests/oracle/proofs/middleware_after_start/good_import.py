"""It is added while the module is imported."""

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

app = FastAPI()
app.add_middleware(GZipMiddleware)
ASKS = [("GET", "/")]


@app.get("/")
async def home():
    return "home"
