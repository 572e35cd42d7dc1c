"""What an OpenAlgo installation holds, and what its rows mean here."""
