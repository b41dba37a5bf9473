"""The same, built on the one of the package `uvicorn-worker`."""

from uvicorn_worker import UvicornWorker


class Worker(UvicornWorker):
    """As projects have it."""
