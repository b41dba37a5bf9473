"""Bytes in: discovery, decoding, the guard, directives."""
