"""What becomes of an exception inside of CORS has the header."""

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
        return JSONResponse({"detail": "failed"}, status_code=500)


app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"])


@app.get("/")
async def fail():
    raise ValueError
