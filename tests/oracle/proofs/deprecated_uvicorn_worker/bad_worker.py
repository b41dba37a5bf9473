"""A worker class of the project, built on the deprecated one."""

from uvicorn.workers import UvicornWorker


class Worker(UvicornWorker):
    """As projects have it."""
