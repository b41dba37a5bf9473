"""What every worker fills in the same way at import, and no request changes, is the same everywhere."""

import os
from functools import lru_cache

from fastapi import FastAPI

app = FastAPI()
handlers = {}


def register(function):
    handlers[function.__name__] = function
    return function


@register
def hello():
    return "hello"


@lru_cache
def square(number: int) -> int:
    return number * number


@app.get("/run/{name}/{number}")
async def run(name: str, number: int):
    return {"worker": os.getpid(), "said": handlers[name](), "square": square(number)}
