"""The connection of a failed request never comes back to the pool."""

from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import JSONResponse
from sqlalchemy import create_engine
from sqlalchemy.pool import QueuePool

engine = create_engine("sqlite://", poolclass=QueuePool, connect_args={"check_same_thread": False})
app = FastAPI()
journal = []
kept = []


def get_connection():
    connection = engine.connect()
    kept.append(connection)
    yield connection
    connection.close()


@app.exception_handler(HTTPException)
async def failed(request, error):
    return JSONResponse({"checked_out": engine.pool.checkedout()}, error.status_code)


@app.get("/")
def home(connection=Depends(get_connection)):
    raise HTTPException(404)
