"""What all files mean: the replay of the project as the framework would run it."""
