"""CORS around the whole application."""

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse

ASKS = [("GET", "/", {"origin": "https://shop.example"})]
inner = FastAPI()


@inner.exception_handler(Exception)
async def handle(request, error):
    return JSONResponse({"detail": "handled"}, status_code=500)


@inner.get("/")
async def fail():
    raise ValueError("wrong")


app = CORSMiddleware(inner, allow_origins=["https://shop.example"])
