"""An order arrives: judged, worked out into legs, written down, answered."""
