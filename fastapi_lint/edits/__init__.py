"""Changes to files: the least bytes that mend a finding, put into the original bytes, and written whole or not."""
