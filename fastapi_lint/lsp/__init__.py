"""The language server: a thin caller of the engine that keeps the findings of open projects fresh in an editor."""
