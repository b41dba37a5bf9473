"""Settings, their discovery and validation; the target versions and where they were read."""
