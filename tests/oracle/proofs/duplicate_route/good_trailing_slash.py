"""A slash at the end makes another path."""

from fastapi import FastAPI

ASKS = [("GET", "/runs"), ("GET", "/runs/")]
app = FastAPI()


@app.get("/runs")
async def read_runs():
    return "read_runs"


@app.get("/runs/")
async def read_runs_with_slash():
    return "read_runs_with_slash"
