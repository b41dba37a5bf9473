"""Every origin, and no credentials."""

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

ORIGIN = {"origin": "https://evil.example"}
ASKS = [
    ("OPTIONS", "/", {**ORIGIN, "access-control-request-method": "GET"}),
    ("GET", "/", {**ORIGIN, "cookie": "session=1"}),
    ("GET", "/", ORIGIN),
]
app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["*"])


@app.get("/")
async def home():
    return "home"
