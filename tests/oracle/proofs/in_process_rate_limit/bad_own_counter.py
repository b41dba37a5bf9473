"""A limiter written by hand, with its counters in a dictionary of the module."""

import os
from collections import Counter

from fastapi import Depends, FastAPI, HTTPException, Request

requests = Counter()


def limit(request: Request):
    requests[request.client.host] += 1
    if requests[request.client.host] > 3:
        raise HTTPException(429)


app = FastAPI(dependencies=[Depends(limit)])


@app.get("/")
async def home():
    return {"worker": os.getpid()}
