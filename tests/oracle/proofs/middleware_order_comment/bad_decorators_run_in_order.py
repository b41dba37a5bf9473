"""The comment takes the order of decorated functions for the order in which they run."""

from fastapi import FastAPI, Request

app = FastAPI()
journal = []


# log_request runs first, then check_tenant.
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
