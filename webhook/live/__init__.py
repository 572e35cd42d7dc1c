"""Live prices and order updates over a WebSocket, as OpenAlgo's clients subscribe to them."""
