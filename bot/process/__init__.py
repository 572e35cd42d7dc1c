"""One running service: how its parts are put together, started, watched and stopped."""
