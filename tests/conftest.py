"""Keeps pytest out of the fixtures: they are projects to be read, and some of them have tests of their own."""

collect_ignore = ["fixtures"]
