"""In an async dependency of a def endpoint."""

from fastapi import Depends, FastAPI
from ticking import Ticking, wait

inner = FastAPI()
app = Ticking(inner)
journal = []


async def dependency():
    wait(journal)


@inner.get("/", dependencies=[Depends(dependency)])
def home():
    return None
