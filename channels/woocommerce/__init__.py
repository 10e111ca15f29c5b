"""WooCommerce: webhooks, REST API v3, and what an order of a WordPress shop means."""
