"""The request that fails does not pass the dependency."""

from fastapi import Depends, FastAPI, Request
from starlette.responses import JSONResponse

ASKS = [("GET", "/checked"), ("GET", "/")]
app = FastAPI()


def current_user(request: Request):
    request.state.user = "somebody"


@app.get("/checked", dependencies=[Depends(current_user)])
async def fail_checked():
    raise ValueError("wrong")


@app.get("/")
async def fail():
    raise ValueError("wrong")


@app.exception_handler(Exception)
async def handle(request, error):
    return JSONResponse({"user": request.state.user}, status_code=500)
