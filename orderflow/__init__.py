"""The orderflow command, settings and the supervisor of the embedded servers."""
