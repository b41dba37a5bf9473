"""A middleware inside of CORS answers, and leaves nothing to the handler."""

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse

ASKS = [("GET", "/", {"origin": "https://shop.example"})]
app = FastAPI()


@app.middleware("http")
async def errors(request, call_next):
    try:
        return await call_next(request)
    except Exception:  # what such middleware is for
        return JSONResponse({"detail": "handled"}, status_code=500)


app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"])


@app.exception_handler(Exception)
async def handle(request, error):
    return JSONResponse({"detail": "outside"}, status_code=500)


@app.get("/")
async def fail():
    raise ValueError("wrong")
