"""The answer is returned."""

from fastapi import FastAPI
from starlette.responses import JSONResponse

app = FastAPI()


@app.middleware("http")
async def check_token(request, call_next):
    return JSONResponse({"detail": "no token"}, status_code=401)
