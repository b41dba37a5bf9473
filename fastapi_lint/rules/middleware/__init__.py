"""Rules about the middleware stack."""
