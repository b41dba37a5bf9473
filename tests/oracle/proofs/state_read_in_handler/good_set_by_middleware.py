"""A middleware sets it before it calls on."""

from fastapi import FastAPI
from starlette.responses import JSONResponse

ASKS = [("GET", "/")]
app = FastAPI()


@app.middleware("http")
async def number(request, call_next):
    request.state.request_id = "1"
    return await call_next(request)


@app.exception_handler(Exception)
async def handle(request, error):
    return JSONResponse({"id": request.state.request_id}, status_code=500)


@app.get("/")
async def fail():
    raise ValueError("wrong")
