"""Two requests, two engines, two connections."""

from fastapi import Depends, FastAPI
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import Engine
from sqlalchemy.pool import QueuePool
from twice import Twice

inner = FastAPI()
app = Twice(inner)
journal = []


@event.listens_for(Engine, "connect")
def connected(connection, record):
    journal.append("connected")


def get_connection():
    engine = create_engine("sqlite://", poolclass=QueuePool, connect_args={"check_same_thread": False})
    with engine.connect() as connection:
        yield connection


@inner.get("/")
def home(connection=Depends(get_connection)):
    connection.execute(text("SELECT 1"))
