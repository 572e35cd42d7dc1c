"""Every sentence a client reads, and how amounts and foreign texts are written in it."""
