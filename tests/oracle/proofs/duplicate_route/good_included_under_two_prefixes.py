"""Each inclusion has paths of its own."""

from fastapi import APIRouter, Depends, FastAPI

ASKS = [("GET", "/v1/facets/names"), ("GET", "/v2/facets/names")]
journal = []
router = APIRouter()


@router.get("/names")
async def names():
    return "names"


app = FastAPI()
app.include_router(router, prefix="/v1/facets")
app.include_router(router, prefix="/v2/facets", dependencies=[Depends(lambda: journal.append("checked"))])
