"""Amazon: Selling Partner API orders, ORDER_CHANGE notifications, shipment confirmation."""
