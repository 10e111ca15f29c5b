"""The bodies of requests and answers, with examples for the API's description."""
