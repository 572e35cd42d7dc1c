"""The description of the HTTP API, made from the route table and the schemas."""
