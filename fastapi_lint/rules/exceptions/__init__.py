"""Rules about exceptions."""
