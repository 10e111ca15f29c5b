"""A world to run against, over real HTTP: shops and shoppers, ERP, WMS, carrier and staff."""
