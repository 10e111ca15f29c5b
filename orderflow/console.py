"""Where commands print: results on `out`, whatever is said beside them on `err`."""

from rich.console import Console

out = Console()
err = Console(stderr=True)
