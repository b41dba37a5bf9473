"""The second use refuses the cached value."""

from fastapi import Depends, FastAPI

app = FastAPI()
journal = []


def get_settings():
    journal.append("get_settings")
    return object()


@app.get("/")
def home(first=Depends(get_settings), second=Depends(get_settings, use_cache=False)):
    return {"same": first is second}
