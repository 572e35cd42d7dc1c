"""Looking back: which orders a list shows, what notices people get, what became of orders and signals."""
