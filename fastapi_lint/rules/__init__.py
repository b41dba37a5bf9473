"""The rules, one folder a layer of the lifecycle, one file a rule."""
