"""A Figure -> file, sheet and cell of every value that went into it.  Pure.

explain   a figure and the records it points to -> what is said of it
remark    what is said of a figure -> the comment beside it in the review copy
workbook  what is said of all figures -> evidence.xlsx, every addend a row, totals as live formulas
"""

from pipeline.evidence.explain import Sources, explain_figure, tell_figure
from pipeline.evidence.remark import Named, remark, remark_cell
from pipeline.evidence.workbook import evidence_workbook

__all__ = ["Named", "Sources", "evidence_workbook", "explain_figure", "remark", "remark_cell", "tell_figure"]
