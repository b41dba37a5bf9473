"""What is only mounted builds its stack with its first request."""

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

app = FastAPI()
admin = FastAPI()
app.mount("/admin", admin)
ASKS = [("GET", "/admin/")]


@admin.get("/")
async def home():
    return "home"


@app.on_event("startup")
async def start():
    admin.add_middleware(GZipMiddleware)
