"""The application of a widely read article about the life of a request."""
