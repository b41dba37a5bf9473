"""The handler thinks of its absence."""

from fastapi import FastAPI
from starlette.responses import JSONResponse

ASKS = [("GET", "/")]
app = FastAPI()


@app.exception_handler(Exception)
async def handle(request, error):
    return JSONResponse({"id": getattr(request.state, "request_id", "1")}, status_code=500)


@app.get("/")
async def fail():
    raise ValueError("wrong")
