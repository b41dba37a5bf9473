"""A handler for a named exception fails as well: the client gets the bare 500."""

from fastapi import FastAPI
from starlette.responses import JSONResponse

ASKS = [("GET", "/")]
app = FastAPI()


@app.exception_handler(ValueError)
async def handle(request, error):
    return JSONResponse({"id": request.state.request_id}, status_code=400)


@app.get("/")
async def fail():
    raise ValueError("wrong")
