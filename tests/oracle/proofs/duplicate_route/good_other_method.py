"""One path, two methods."""

from fastapi import FastAPI

ASKS = [("GET", "/runs/7"), ("DELETE", "/runs/7")]
app = FastAPI()


@app.get("/runs/{run_id}")
async def read_run(run_id: str):
    return "read_run"


@app.delete("/runs/{run}")
async def delete_run(run: str):
    return "delete_run"
