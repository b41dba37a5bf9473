"""The exception passes outside of all handlers."""

from fastapi import FastAPI, HTTPException

app = FastAPI()


@app.middleware("http")
async def check_token(request, call_next):
    raise HTTPException(status_code=401)


@app.exception_handler(HTTPException)
async def handle(request, error):
    raise AssertionError("no handler is asked")
