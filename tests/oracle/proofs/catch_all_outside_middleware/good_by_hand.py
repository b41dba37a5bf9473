"""The handler writes the header itself."""

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse

ASKS = [("GET", "/", {"origin": "https://shop.example"})]
app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"])


@app.exception_handler(Exception)
async def handle(request, error):
    headers = {"access-control-allow-origin": "https://shop.example"}
    return JSONResponse({"detail": "handled"}, status_code=500, headers=headers)


@app.get("/")
async def fail():
    raise ValueError("wrong")
