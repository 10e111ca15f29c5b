"""Shopify: signed webhooks with REST bodies in, GraphQL Admin API out."""
