"""The chart of an account: equity above, each day's profit or loss below."""

import io
from decimal import Decimal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from bot.chart.labels import MINUS, Scale, dates, profit
from bot.chart.spec import HEIGHT, WIDTH, Chart
from core.money import ZERO

_DOTS_PER_INCH = 100
_INK, _SOFT, _GRID, _LINE = "#17212b", "#56656f", "#dfe5e9", "#1f5fa8"
_GAIN, _LOSS = "#1a7f4b", "#c62f2f"
_SMALL, _MIDDLE, _LARGE = 22, 24, 32
_AMOUNTS_UNTIL, _SIGNS_UNTIL = 3, 45
"""Up to so many days between first and last, bars bear their amounts; signs, and the curve has dots."""
_LEAST_RANGE = Decimal("0.0004")
"""The least range of the equity axis, as a share of the equity: a smaller movement shall look small."""
_OTHER_SCRIPTS = ("Noto Sans", "Noto Sans Devanagari", "Lohit Devanagari", "FreeSans")


def draw(chart: Chart) -> bytes:
    """The PNG."""
    known = set(fontManager.get_font_names())
    # Names are other people's words: a $ in one must not begin a formula.
    mpl.rcParams["text.parse_math"] = False
    mpl.rcParams["font.family"] = ["DejaVu Sans", *(name for name in _OTHER_SCRIPTS if name in known)]
    layout = ConstrainedLayoutEngine(rect=(0.012, 0.01, 0.968, 0.882), hspace=0.05)
    figure = Figure((WIDTH / _DOTS_PER_INCH, HEIGHT / _DOTS_PER_INCH), _DOTS_PER_INCH, layout=layout)
    _head(figure, chart)
    above, below = figure.subplots(2, sharex=True, height_ratios=(3, 2))
    _equity(above, chart)
    _profits(below, chart)
    _days(below, chart)
    picture = io.BytesIO()
    figure.savefig(picture, format="png", metadata={"Software": None})
    return picture.getvalue()


def _head(figure: Figure, chart: Chart) -> None:
    first, last = (f"{point.day.day} {point.day:%b %Y}" for point in (chart.points[0], chart.points[-1]))
    span = last if first == last else f"{first} to {last}"
    name = figure.text(0.03, 0.982, chart.account, size=_LARGE, weight="bold", color=_INK, va="top")
    room, width = WIDTH * 0.94, name.get_window_extent().width
    name.set_fontsize(_LARGE * min(1.0, room / max(width, 1.0)))
    figure.text(0.03, 0.941, f"{chart.mode}  ·  {span} (IST)", size=_MIDDLE, color=_SOFT, va="top")


def _equity(axes: Axes, chart: Chart) -> None:
    marker = "o" if _span(chart) <= _SIGNS_UNTIL else ""
    values = [float(point.equity) for point in chart.points]
    axes.plot(_numbers(chart), values, color=_LINE, linewidth=4, marker=marker, markersize=10)
    axes.axhline(float(chart.start), color=_SOFT, linewidth=2, linestyle=(0, (4, 3)), zorder=1)
    seen = [chart.start, *(point.equity for point in chart.points)]
    low, high = min(seen), max(seen)
    least = max(abs(low), abs(high)) * _LEAST_RANGE / 2
    room = float(max((high - low) * Decimal("0.12"), least, Decimal(1)))
    axes.set_ylim(float(low) - room, float(high) + room)
    _dress(axes, "Equity  (dashed: before the first day)", signed=False)


def _profits(axes: Axes, chart: Chart) -> None:
    profits = [point.profit for point in chart.points]
    colours = [_GAIN if one >= 0 else _LOSS for one in profits]
    axes.bar(_numbers(chart), [float(one) for one in profits], width=0.8, color=colours, zorder=2)
    axes.axhline(0, color=_INK, linewidth=2, zorder=3)
    are_named = _span(chart) <= _SIGNS_UNTIL
    largest = max(abs(one) for one in profits) or Decimal(100)
    room = float(largest) * (0.28 if are_named else 0.08)
    axes.set_ylim(float(min(ZERO, *profits)) - room, float(max(ZERO, *profits)) + room)
    if are_named:
        _name_bars(axes, chart)
    _dress(axes, "Profit of each day  (+ above, − below the line)", signed=True)


def _name_bars(axes: Axes, chart: Chart) -> None:
    """Label each bar with its amount, or at least its sign, for people who cannot tell green from red."""
    with_amounts = _span(chart) <= _AMOUNTS_UNTIL
    for number, point in zip(_numbers(chart), chart.points, strict=True):
        if not point.profit:
            continue
        is_gain = point.profit > 0
        axes.annotate(
            profit(point.profit) if with_amounts else "+" if is_gain else MINUS,
            (number, float(point.profit)),
            (0, 5 if is_gain else -5),
            textcoords="offset points",
            ha="center",
            va="bottom" if is_gain else "top",
            size=_SMALL,
            weight="bold",
            color=_GAIN if is_gain else _LOSS,
        )


def _dress(axes: Axes, title: str, *, signed: bool) -> None:
    axes.set_title(title, loc="left", size=_SMALL, color=_INK, pad=12)
    locator = MaxNLocator(5, steps=[1, 2, 2.5, 5, 10])
    ends = axes.get_ylim()
    ticks = [_decimal(tick) for tick in locator.tick_values(*ends)]
    scale = Scale.of(_decimal(max(map(abs, ends))), ticks[1] - ticks[0])
    axes.yaxis.set_major_locator(locator)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: scale.write(_decimal(value), signed=signed)))
    axes.tick_params(labelsize=_SMALL, colors=_INK, length=0, pad=8)
    axes.grid(axis="y", color=_GRID, linewidth=1.5)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)


def _days(axes: Axes, chart: Chart) -> None:
    first, last = chart.points[0].day, chart.points[-1].day
    room = 0.7 if first < last else 1.6
    axes.set_xlim(first.toordinal() - room, last.toordinal() + room)
    names = {day.toordinal(): name for day, name in dates(first, last)}
    axes.xaxis.set_major_locator(FixedLocator([*names]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: names.get(round(value), "")))


def _span(chart: Chart) -> int:
    return (chart.points[-1].day - chart.points[0].day).days


def _numbers(chart: Chart) -> list[int]:
    return [point.day.toordinal() for point in chart.points]


def _decimal(value: float) -> Decimal:
    """An axis tick as a decimal, rounded to drop binary floating-point error."""
    return round(Decimal(repr(float(value))), 6)
