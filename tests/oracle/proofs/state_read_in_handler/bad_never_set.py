"""Nothing sets what the handler for everything reads."""

from fastapi import FastAPI
from starlette.responses import JSONResponse

ASKS = [("GET", "/")]
app = FastAPI()


@app.exception_handler(Exception)
async def handle(request, error):
    return JSONResponse({"id": request.state.request_id}, status_code=500)


@app.get("/")
async def fail():
    raise ValueError("wrong")
