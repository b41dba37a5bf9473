"""Tables about the world, no logic: framework names, version boundaries, resources, servers."""
