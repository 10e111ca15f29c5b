"""One package per sales channel: signature, client, mapping to the canonical order, status."""
