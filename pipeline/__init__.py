"""From the workbooks that offices send to the reports that a donor reads.

    inbox/<office>/* ─ intake ─ examine (read ─ check) ─ store     one workbook: pure, cached, in a killable worker
    open periods:  store ─ check.against ─ merge ─ indicators ─ store
                   store ─ feedback ─ publish ─> reports/feedback/<office>/
                   store ─ report ─ pdf ─ publish ─> reports/<period>/
                   store ─ page ─> reports/index.html             how everything stands
                   store ─ evidence                               from a figure down to its cells
                   store ─ restate                                what was said in an issue and is different today

Each word is a module of this package and does one thing; `form` says what is asked.
`run` strings them together: start reading there.
"""

__version__ = "0.1.0"
