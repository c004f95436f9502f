"""The ledger's tables.  All but `run` can be made again from the archive and its journal.

run ─ who came when
arrival ─ submission ─ standing        what came, and whether it counts
examination ─ record, finding          one look at one workbook under one set of rules
submission ─ count                     how many findings of each code it was told when it was first judged
reckoning ─ counted, decided, figure, addend, left_out, finding    one computation of one period
report ─ printed                       a draft, and every figure on its pages
answer                                 what an office was told of a return
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

EDITION = 7  # raised when a table changes: the ledger is then made again

meta = MetaData()


def _one_of(column: str, *values: str) -> CheckConstraint:
    return CheckConstraint(f"{column} in ({', '.join(repr(value) for value in values)})")


def _key(to: str) -> Column[object]:
    return Column(to, ForeignKey(f"{to}.id"), primary_key=True)


run = Table(
    "run",
    meta,
    Column("id", Integer, primary_key=True),
    Column("program", String(40), nullable=False),
    Column("night", String(10), nullable=False),
    Column("started_at", String(32), nullable=False),
    Column("ended_at", String(32)),
    Column("outcome", String(12)),
    Column("news", JSON),
)

# ---- what came

arrival = Table(
    "arrival",
    meta,
    Column("id", Integer, primary_key=True),
    Column("office", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("at", String(32), nullable=False),
    Column("state", String(12), nullable=False),
    Column("why", String(40)),
    _one_of("state", "new", "taken", "same", "refused"),
    UniqueConstraint("file", "sha256"),
)
seen = Table(
    "seen",
    meta,
    Column("file", Text, primary_key=True),
    Column("office", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("state", String(12), nullable=False),
    Column("why", String(12), nullable=False),
    Column("since", String(32), nullable=False),
    _one_of("state", "taken", "waiting", "conflict"),
)
submission = Table(
    "submission",
    meta,
    Column("id", String(80), primary_key=True),
    Column("arrival", ForeignKey("arrival.id"), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("form", String(20), nullable=False),
    Column("edition", String(12), nullable=False),
    Column("office", String(40), nullable=False),
    Column("period", String(7), nullable=False),
    Column("nth", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("received_at", String(32), nullable=False),
    UniqueConstraint("form", "office", "period", "nth"),
)
standing = Table(
    "standing",
    meta,
    Column("submission", ForeignKey("submission.id"), primary_key=True),
    Column("nth", Integer, primary_key=True),
    Column("state", String(16), nullable=False),
    Column("at", String(32), nullable=False),
    Column("why", Text),
    _one_of("state", "received", "accepted", "needs_correction", "held", "sent_back", "superseded"),
)
examination = Table(
    "examination",
    meta,
    Column("id", Integer, primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("rules", String(64), nullable=False),
    Column("stamp", JSON),
    Column("silent", JSON, nullable=False),
    UniqueConstraint("sha256", "rules"),
)
record = Table(
    "record",
    meta,
    Column("id", Integer, primary_key=True),
    Column("examination", ForeignKey("examination.id"), nullable=False),
    Column("ref", String(100), nullable=False),
    Column("table_name", String(24), nullable=False),
    Column("key", String(160), nullable=False),
    Column("sheet", Text, nullable=False),
    Column("row", Integer, nullable=False),
    Column("kept", JSON, nullable=False),
    Column("cells", JSON, nullable=False),
    Column("typed", JSON, nullable=False),
    UniqueConstraint("examination", "ref"),
    Index("record_key", "table_name", "key"),
)

# ---- what it amounts to

reckoning = Table(
    "reckoning",
    meta,
    Column("id", String(64), primary_key=True),
    Column("nth", Integer, nullable=False),
    Column("period", String(7), nullable=False),
    Column("previous", ForeignKey("reckoning.id")),
    Column("definitions", String(64), nullable=False),
)
counted = Table(
    "counted",
    meta,
    _key("reckoning"),
    _key("submission"),
    Column("examination", ForeignKey("examination.id"), nullable=False),
)
decided = Table(
    "decided",
    meta,
    _key("reckoning"),
    Column("decided", String(100), primary_key=True),
    Column("outcome", String(12), nullable=False),
    Column("target", String(100)),
    Column("field", String(40)),
    _one_of("outcome", "applied", "no_match", "not_needed"),
)
figure = Table(
    "figure",
    meta,
    _key("reckoning"),
    Column("nth", Integer, primary_key=True),
    Column("id", String(160), nullable=False),
    Column("code", String(40), nullable=False),
    Column("aspect", String(12), nullable=False),
    Column("slice", JSON, nullable=False),
    Column("value", String(60)),
    Column("part", String(60)),
    Column("whole", String(60)),
    Column("unit", String(20), nullable=False),
    Column("state", String(16), nullable=False),
    Column("bound", String(9), nullable=False),
    Column("n", Integer, nullable=False),
    Column("decimals", Integer, nullable=False),
    Column("sample", Boolean, nullable=False),
    UniqueConstraint("reckoning", "id"),
)
addend = Table(
    "addend",
    meta,
    _key("reckoning"),
    Column("figure", Integer, primary_key=True),
    Column("nth", Integer, primary_key=True),
    Column("record", String(100), nullable=False),
    Column("field", String(40), nullable=False),
    Column("role", String(8), nullable=False),
    Column("value", String(60), nullable=False),
    Column("of", String(160), nullable=False),
    Column("corrected_by", String(100)),
    Column("bound", String(9), nullable=False),
    Column("sample", Boolean, nullable=False),
)
left_out = Table(
    "left_out",
    meta,
    _key("reckoning"),
    Column("figure", Integer, primary_key=True),
    Column("nth", Integer, primary_key=True),
    Column("office", String(40), nullable=False),
    Column("why", String(24), nullable=False),
    Column("record", String(100)),
    Column("field", String(40)),
)
finding = Table(
    "finding",
    meta,
    Column("id", Integer, primary_key=True),
    Column("examination", ForeignKey("examination.id")),
    Column("reckoning", ForeignKey("reckoning.id")),
    Column("arrival", ForeignKey("arrival.id")),
    Column("submission", String(80)),
    Column("office", String(40)),
    Column("code", String(40), nullable=False),
    Column("severity", String(8), nullable=False),
    Column("sheet", Text),
    Column("cells", JSON, nullable=False),
    Column("table_name", String(24)),
    Column("field", String(40)),
    Column("key", String(160)),
    Column("found", Text),
    Column("parts", JSON, nullable=False),
    Column("expected", Text),
    Column("params", JSON, nullable=False),
    Column("excepted_by", String(100)),
    Column("trial", Boolean, nullable=False),
    CheckConstraint("(examination is not null) + (reckoning is not null) + (arrival is not null) = 1"),
)

count = Table(
    "count",
    meta,
    Column("submission", ForeignKey("submission.id"), primary_key=True),
    Column("code", String(40), primary_key=True),
    Column("severity", String(8), nullable=False),
    Column("findings", Integer, nullable=False),
    Column("cells", Integer, nullable=False),
)

# ---- what is printed

report = Table(
    "report",
    meta,
    Column("id", Integer, primary_key=True),
    Column("period", String(7), nullable=False),
    Column("name", String(60), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("content", String(64), nullable=False),
    Column("reckoning", ForeignKey("reckoning.id")),  # not known of a draft that only the journal tells of
    Column("inputs", String(64)),
    Column("state", String(8), nullable=False),
    _one_of("state", "intent", "done", "beside"),
)
printed = Table(
    "printed",
    meta,
    _key("report"),
    Column("nth", Integer, primary_key=True),
    Column("figure", String(160), nullable=False),
    Column("text", Text, nullable=False),
)

answer = Table(
    "answer",
    meta,
    Column("id", Integer, primary_key=True),
    Column("office", String(40), nullable=False),
    Column("name", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("content", String(64), nullable=False),
    Column("inputs", String(64), nullable=False),
    Column("state", String(8), nullable=False),
    _one_of("state", "intent", "done", "beside", "gone"),
    Index("answer_name", "office", "name"),
)

photo = Table(
    "photo",
    meta,
    Column("id", Integer, primary_key=True),
    Column("office", String(40), nullable=False),
    Column("file", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("clean", String(64), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("at", String(40), nullable=False),
    UniqueConstraint("file", "sha256"),
)

# ---- what people decided, and what went out

act = Table(
    "act",
    meta,
    Column("id", Integer, primary_key=True),
    Column("act", String(12), nullable=False),
    Column("period", String(7), nullable=False),
    Column("dated", String(10), nullable=False),
    Column("by", Text, nullable=False),
    Column("at", String(32), nullable=False),
    Column("code", String(60), nullable=False),
    Column("report", String(16), nullable=False),
    Column("office", String(40), nullable=False),
    Column("file", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("reckoning", String(64), nullable=False),
    Column("edits", Text, nullable=False),
    _one_of("act", "issue", "lock", "unlock", "send_back", "hold", "choose"),
)
restatement = Table(
    "restatement",
    meta,
    Column("said_in", ForeignKey("act.id"), nullable=False),
    Column("figure", String(160), nullable=False),
    Column("new", String(60), nullable=False),
    Column("nth", Integer, primary_key=True),
    Column("old", String(60), nullable=False),
    Column("causes", JSON, nullable=False),
    Column("announced_in", ForeignKey("act.id")),
)
