"""How long a test waits before it gives up: long enough for a machine that is busy elsewhere.

Nothing is judged by how long it takes; this only ends a test whose wish never comes true.
"""

PATIENCE_SECONDS = 90.0
