"""The routes of the HTTP API, one module per thing they are about; all of them are thin."""
