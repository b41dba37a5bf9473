"""In a def background task."""

from fastapi import BackgroundTasks, FastAPI
from ticking import Ticking, wait

inner = FastAPI()
app = Ticking(inner)
journal = []


@inner.get("/")
async def home(tasks: BackgroundTasks):
    tasks.add_task(wait, journal)
