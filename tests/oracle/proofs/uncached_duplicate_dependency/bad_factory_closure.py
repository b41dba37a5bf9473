"""A factory makes a new function for every level, and no cache can know that they are alike."""

from fastapi import APIRouter, Depends, FastAPI

journal = []


def require_role(role: str):
    def check_role():
        journal.append(f"check_role {role}")

    return check_role


app = FastAPI(dependencies=[Depends(require_role("admin"))])
router = APIRouter(dependencies=[Depends(require_role("admin"))])


@router.get("/", dependencies=[Depends(require_role("admin"))])
def home(checked=Depends(require_role("admin"))):
    return {}


app.include_router(router, dependencies=[Depends(require_role("admin"))])
