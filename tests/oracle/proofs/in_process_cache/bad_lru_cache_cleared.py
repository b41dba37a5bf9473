"""A request clears the cache, but only that of the worker it came to."""

import os
from functools import lru_cache
from pathlib import Path

from fastapi import FastAPI

app = FastAPI()
banner = Path("banner.txt")


@lru_cache
def load_banner() -> str:
    return banner.read_text() if banner.exists() else "none"


@app.put("/banner/{text}")
async def set_banner(text: str):
    banner.write_text(text)
    load_banner.cache_clear()
    return {"worker": os.getpid(), "banner": load_banner()}


@app.get("/banner")
async def get_banner():
    return {"worker": os.getpid(), "banner": load_banner()}
