"""What becomes of an exception outside of CORS has no header."""

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse

ASKS = [("GET", "/", {"origin": "https://shop.example"})]
app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"])


@app.middleware("http")
async def errors(request, call_next):
    try:
        return await call_next(request)
    except Exception:  # what such middleware is for
        return JSONResponse({"detail": "failed"}, status_code=500)


@app.get("/")
async def fail():
    raise ValueError
