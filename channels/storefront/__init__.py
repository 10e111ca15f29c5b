"""Storefront: the plain protocol for a shop of your own, canonical JSON both ways."""
