"""The router with the literal path is included first."""

from fastapi import APIRouter, FastAPI

ASKS = [("GET", "/api/items/export"), ("GET", "/api/items/7")]
items = APIRouter(prefix="/items")
exports = APIRouter()


@items.get("/{item_id}")
async def read_item(item_id: str):
    return "read_item"


@exports.get("/items/export")
async def export_items():
    return "export_items"


app = FastAPI()
app.include_router(exports, prefix="/api")
app.include_router(items, prefix="/api")
