"""It is raised."""

from fastapi import FastAPI, HTTPException

app = FastAPI()


@app.get("/")
async def read():
    raise HTTPException(status_code=404)
