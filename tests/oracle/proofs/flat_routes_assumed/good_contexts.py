"""The tree is walked as the framework offers it, where it does."""

import fastapi.routing
from fastapi import APIRouter, FastAPI

router = APIRouter()


@router.get("/items")
async def items():
    return []


app = FastAPI(openapi_url=None)
app.include_router(router, prefix="/v1")
contexts = getattr(fastapi.routing, "iter_route_contexts", iter)
journal = [context.path for context in contexts(app.routes)]
