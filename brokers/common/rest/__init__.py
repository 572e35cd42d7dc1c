"""What brokers with a REST API share: how their answers are judged, their fields read, and a login remembered."""
