"""The mount answers everything below its path."""

from fastapi import FastAPI

ASKS = [("GET", "/files/list"), ("GET", "/files/other")]
app = FastAPI()
files = FastAPI()


@files.get("/other")
async def other():
    return "other"


app.mount("/files", files)


@app.get("/files/list")
async def list_files():
    return "list_files"
