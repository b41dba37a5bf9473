"""FastAPI's own page was registered when the application was made."""

from fastapi import FastAPI

ASKS = [("GET", "/docs")]
app = FastAPI()


@app.get("/docs")
async def handbook():
    return "handbook"
