"""Nobody passes without a key."""

from fastapi import Depends, FastAPI
from fastapi.security import APIKeyHeader

app = FastAPI()


@app.get("/")
def home(credentials=Depends(APIKeyHeader(name="x-key"))):
    return "secret"
