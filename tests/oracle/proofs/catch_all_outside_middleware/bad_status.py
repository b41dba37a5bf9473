"""So does that of the handler for the status 500."""

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse

ASKS = [("GET", "/", {"origin": "https://shop.example"})]
app = FastAPI()


@app.middleware("http")
async def name(request, call_next):
    response = await call_next(request)
    response.headers["x-server"] = "shop"
    return response


app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"])


@app.exception_handler(500)
async def handle(request, error):
    return JSONResponse({"detail": "handled"}, status_code=500)


@app.get("/")
async def fail():
    raise ValueError("wrong")
