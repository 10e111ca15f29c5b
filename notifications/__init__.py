"""From the outbox to a person: templates, senders, the delivery loop."""
