"""The second inclusion, with the check, is never reached."""

from fastapi import APIRouter, Depends, FastAPI

ASKS = [("GET", "/facets/names")]
journal = []
router = APIRouter()


@router.get("/names")
async def names():
    return "names"


app = FastAPI()
app.include_router(router, prefix="/facets")
app.include_router(router, prefix="/facets", dependencies=[Depends(lambda: journal.append("checked"))])
