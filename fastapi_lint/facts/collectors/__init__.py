"""The visitors that are batched into the one walk over a file."""
