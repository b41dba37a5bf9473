"""The service of billing."""

from fastapi import FastAPI

from shared.http import price_of

app = FastAPI()


@app.get("/billing/{item}")
async def read_price(item: str) -> int:
    return price_of(item)
