"""Rules about asgi."""
