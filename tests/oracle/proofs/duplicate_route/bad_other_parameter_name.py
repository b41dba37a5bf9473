"""The second route differs from the first by the name of its parameter only."""

from fastapi import FastAPI

ASKS = [("GET", "/runs/7")]
app = FastAPI()


@app.get("/runs/{run_id}")
async def read_run(run_id: str):
    return "read_run"


@app.get("/runs/{run}")
async def read_run_or_404(run: str):
    return "read_run_or_404"
