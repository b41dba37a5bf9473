"""Nobody passes without a token."""

from fastapi import Depends, FastAPI
from fastapi.security import HTTPBearer

app = FastAPI()


@app.get("/")
def home(credentials=Depends(HTTPBearer())):
    return "secret"
