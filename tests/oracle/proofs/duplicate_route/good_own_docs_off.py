"""FastAPI's own page is switched off."""

from fastapi import FastAPI

ASKS = [("GET", "/docs")]
app = FastAPI(docs_url=None)


@app.get("/docs")
async def handbook():
    return "handbook"
