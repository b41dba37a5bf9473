"""Readers for the files that start a project: Dockerfile, compose, Procfile, units, manifests, scripts."""
