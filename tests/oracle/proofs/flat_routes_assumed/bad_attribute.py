"""The loop reads the path of every entry."""

from fastapi import APIRouter, FastAPI

router = APIRouter()


@router.get("/items")
async def items():
    return []


app = FastAPI(openapi_url=None)
app.include_router(router, prefix="/v1")
journal = [route.path for route in app.routes]
