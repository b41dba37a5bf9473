"""Rules about the server and its workers."""
