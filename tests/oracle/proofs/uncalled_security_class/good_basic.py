"""Nobody passes without a password."""

from fastapi import Depends, FastAPI
from fastapi.security import HTTPBasic

app = FastAPI()


@app.get("/")
def home(credentials=Depends(HTTPBasic())):
    return "secret"
