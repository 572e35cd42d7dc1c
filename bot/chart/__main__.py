"""`python -m bot.chart`: a chart as JSON comes in, its PNG goes out."""

import os
import sys

from bot.chart.spec import read

LESS_URGENT = 10


def main() -> None:
    """Draw one picture; orders in other processes come first."""
    os.nice(LESS_URGENT)
    chart = read(sys.stdin.buffer.read())
    # It takes a second to import, and a chart that cannot be read needs none of it.
    from bot.chart.drawing import draw

    sys.stdout.buffer.write(draw(chart))


if __name__ == "__main__":
    main()
