"""`python -m bot.chart`: reads a chart as JSON from standard input and writes its PNG to standard output."""

import os
import sys

from bot.chart.spec import read

LESS_URGENT = 10


def main() -> None:
    """Draw one chart, at a low CPU priority."""
    os.nice(LESS_URGENT)
    chart = read(sys.stdin.buffer.read())
    # It takes a second to import, and a chart that cannot be read needs none of it.
    from bot.chart.drawing import draw

    sys.stdout.buffer.write(draw(chart))


if __name__ == "__main__":
    main()
