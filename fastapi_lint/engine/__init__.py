"""The only orchestration: run, silence, grade."""
