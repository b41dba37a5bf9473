"""The comment knows that the function decorated last runs first."""

from fastapi import FastAPI, Request

app = FastAPI()
journal = []


# check_tenant runs first, then log_request.
@app.middleware("http")
async def log_request(request: Request, call_next):
    journal.append("log_request")
    return await call_next(request)


@app.middleware("http")
async def check_tenant(request: Request, call_next):
    journal.append("check_tenant")
    return await call_next(request)


@app.get("/")
async def home():
    return {}
