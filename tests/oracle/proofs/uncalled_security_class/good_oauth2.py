"""Nobody passes without a token."""

from fastapi import Depends, FastAPI
from fastapi.security import OAuth2PasswordBearer

app = FastAPI()


@app.get("/")
def home(credentials=Depends(OAuth2PasswordBearer(tokenUrl="token"))):
    return "secret"
