"""The check was added after CORS, so it stands outside: neither its 401 nor the preflight gets a header."""

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse

ORIGIN = {"origin": "https://shop.example"}
ASKS = [("GET", "/", ORIGIN), ("OPTIONS", "/", {**ORIGIN, "access-control-request-method": "GET"})]
app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"])


@app.middleware("http")
async def check_token(request, call_next):
    if "authorization" not in request.headers:
        return JSONResponse({"detail": "no token"}, status_code=401)
    return await call_next(request)
