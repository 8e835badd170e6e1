"""Charts of the lists in a workbook: Excel's own, which show the cells of the lists and can be edited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from iro_allocator.sheets.writing import Table

_ACROSS, _STANDING, _AROUND, _LYING = 780, 420, 120, 24  # pixels: a chart's width, its heights, that of one lying bar
_LINE, _PAGE = 20, 640  # pixels: the height of a row, and what a printed page has room for
_GREY = "#D9D9D9"
_SMALLEST = 60  # per cent: a taller chart goes over several pages


@dataclass(frozen=True, slots=True)
class Drawn:
    """A column of numbers, none below nought, in a chart: its header and its colour (#rrggbb).

    It is shown as bars, or, as a `measure`, as what bars are held against: a frame around each or a line.
    """

    header: str
    colour: str
    measure: bool = False


@dataclass(frozen=True, slots=True)
class Plot:
    """A chart of a table: what it is called, the header of what stands along it, columns of numbers, their axis.

    Bars are `lying`, the first row uppermost and the chart as high as there are rows, or standing. Days along it
    stand for their months.
    """

    title: str
    along: str
    drawn: tuple[Drawn, ...]
    axis: str
    lying: bool = False


def tells(table: Table, plot: Plot) -> bool:
    """Whether there would be anything to see in the table's chart."""
    places = [_place(table, drawn.header) for drawn in plot.drawn]
    return any(row[at] for row in table.rows for at in places)


def _place(table: Table, header: str) -> int:
    return [column.header for column in table.columns].index(header)


def add(sheet: Any, book: Any, charted: Sequence[tuple[str, Table, Plot]]) -> None:
    """Adds the charts of tables, each with the name of its sheet, below one another, a printed page for each."""
    row, tallest, breaks = 0, 0, []
    for listed, table, plot in charted:
        height = _AROUND + _LYING * len(table.rows) if plot.lying else _STANDING
        chart = _chart(book, listed, table, plot)
        chart.set_size({"width": _ACROSS, "height": height})
        place = {"object_position": 2, "description": f"{plot.title}; the figures are on the sheet {listed}"}
        sheet.insert_chart(row, 0, chart, place)
        row += -(-height // _LINE) + 2
        tallest = max(tallest, height)
        breaks.append(row)
    sheet.hide_gridlines(2)
    sheet.center_horizontally()  # with room at the sides for fonts in which columns are a third wider
    # Excel passes over page breaks where it is told how many pages to fill; so it is told the scale.
    sheet.set_h_pagebreaks(breaks[:-1])
    sheet.set_print_scale(max(_SMALLEST, min(100, 100 * _PAGE // tallest)))


def _chart(book: Any, listed: str, table: Table, plot: Plot) -> Any:
    """A chart that shows the cells of the table on the sheet `listed`, and so whatever they are changed to."""
    chart = book.add_chart({"type": "bar" if plot.lying else "column"})
    lines = None
    along = _place(table, plot.along)

    def cells(at: int) -> list[str | int]:
        return [listed, 1, at, len(table.rows), at]

    for drawn in plot.drawn:
        at = _place(table, drawn.header)
        series: dict[str, Any] = {"name": [listed, 0, at], "categories": cells(along), "values": cells(at)}
        if not drawn.measure:
            over = 100 if plot.lying else 0  # frames around bars, not beside them
            chart.add_series({**series, "fill": {"color": drawn.colour}, "gap": 40, "overlap": over})
        elif plot.lying:
            chart.add_series({**series, "fill": {"none": True}, "border": {"color": drawn.colour, "width": 1.5}})
        else:
            lines = lines or book.add_chart({"type": "line"})
            lines.add_series({**series, "line": {"color": drawn.colour, "width": 2, "dash_type": "dash"}})
    if lines:
        chart.combine(lines)
    words = {"name_font": {"size": 10, "bold": False}, "num_font": {"size": 9}}
    categories = {**words, "name": plot.along, "interval_unit": 1, "major_tick_mark": "none"}
    if table.columns[along].type == "date":
        categories |= {"text_axis": True, "num_format": "mmm yyyy"}
    figures = {**words, "name": plot.axis, "num_format": "General", "min": 0}
    figures |= {"major_gridlines": {"visible": True, "line": {"color": _GREY, "width": 0.75}}}
    if plot.lying:
        # Excel begins at the foot; turned round, the axis of figures would go up with the first row.
        chart.set_y_axis({**categories, "reverse": True, "crossing": "max"})
        chart.set_x_axis(figures)
    else:
        chart.set_x_axis(categories)
        chart.set_y_axis(figures)
    chart.set_title({"name": plot.title, "name_font": {"size": 14, "bold": True}})
    chart.set_legend({"none": True} if len(plot.drawn) == 1 else {"position": "top"})
    chart.set_chartarea({"border": {"none": True}})
    return chart
