"""From the inbox to a workflow: normalise, validate, quarantine, merge, start or signal."""
