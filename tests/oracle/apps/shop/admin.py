"""An application of its own, to be mounted."""

from checks import get_session
from fastapi import Depends, FastAPI

admin = FastAPI(openapi_url=None)


@admin.get("/stock")
def stock(session=Depends(get_session)):
    return {}
