"""A path convertor takes slashes and what follows them."""

from fastapi import FastAPI

ASKS = [("GET", "/objects/a/acl"), ("GET", "/objects/a")]
app = FastAPI()


@app.get("/objects/{key:path}")
async def read_object(key: str):
    return "read_object"


@app.get("/objects/{key}/acl")
async def read_acl(key: str):
    return "read_acl"
