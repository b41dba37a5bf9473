"""In an async background task."""

from fastapi import BackgroundTasks, FastAPI
from ticking import Ticking, wait

inner = FastAPI()
app = Ticking(inner)
journal = []


async def later():
    wait(journal)


@inner.get("/")
def home(tasks: BackgroundTasks):
    tasks.add_task(later)
