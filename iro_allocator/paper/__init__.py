"""What is drawn with a painter and needs no widget: colours, pills, caseload bars, reviews by month.

Everything has one `draw(painter, rect, …)`, which serves the window now and a PDF page as well.
"""
