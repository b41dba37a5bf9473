"""The route is asked before the mount."""

from fastapi import FastAPI

ASKS = [("GET", "/files/list"), ("GET", "/files/other")]
app = FastAPI()
files = FastAPI()


@files.get("/other")
async def other():
    return "other"


@app.get("/files/list")
async def list_files():
    return "list_files"


app.mount("/files", files)
