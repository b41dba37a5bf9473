"""The vocabulary of every other room: places, findings, diagnostics, reports and errors."""
