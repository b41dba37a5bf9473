"""The service of orders."""

from fastapi import FastAPI

from shared.http import price_of

app = FastAPI()


@app.get("/orders/{item}")
async def read_price(item: str) -> int:
    return price_of(item)
