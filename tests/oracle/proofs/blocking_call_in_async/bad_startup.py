"""In a def handler of start-up, and in a lifespan."""

from fastapi import FastAPI
from ticking import Ticking, wait

inner = FastAPI()
app = Ticking(inner)
journal = []


def start():
    wait(journal)


inner.router.add_event_handler("startup", start)


@inner.get("/")
async def home():
    return None
