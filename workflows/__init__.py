"""Durable orchestration, deterministic: one module per workflow."""
