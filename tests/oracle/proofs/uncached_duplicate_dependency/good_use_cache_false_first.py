"""The use that refuses the cache comes first; the later one takes its value, so nothing runs twice."""

from fastapi import Depends, FastAPI

app = FastAPI()
journal = []


def get_settings():
    journal.append("get_settings")
    return object()


@app.get("/")
def home(first=Depends(get_settings, use_cache=False), second=Depends(get_settings)):
    return {"same": first is second}
