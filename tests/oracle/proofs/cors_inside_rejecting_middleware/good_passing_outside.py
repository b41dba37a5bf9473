"""A middleware that always calls on takes nothing away."""

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

ORIGIN = {"origin": "https://shop.example"}
ASKS = [("GET", "/", ORIGIN), ("OPTIONS", "/", {**ORIGIN, "access-control-request-method": "GET"})]
app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"])


@app.middleware("http")
async def name(request, call_next):
    response = await call_next(request)
    response.headers["x-server"] = "shop"
    return response


@app.get("/")
async def home():
    return "home"
