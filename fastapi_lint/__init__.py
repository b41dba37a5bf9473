"""fastapi-lint: reads a FastAPI project the way the framework will run it."""

__version__ = "0.1.0"
