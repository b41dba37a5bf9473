"""Rules about the lifespan."""
