"""Pictures that lie beside workbooks -> kept, with a copy that may be printed; rows name them by their file."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future

from pipeline import examine, files, intake
from pipeline.read import Placed, clean
from pipeline.run.night import Night
from pipeline.run.tell import tell_fault
from pipeline.store import Photo

NOT_PRINTABLE = "it is no picture that can be printed; save it as JPEG or PNG 无法作为图片打印，请另存为 JPEG 或 PNG"


def take_pictures(night: Night, deliveries: Iterable[intake.Delivery]) -> None:
    """Keep each new picture in an office's folder, and its copy without metadata, made in a worker."""
    known = night.store.photos.known()
    for delivery in (one for one in deliveries if one.kind == "picture" and one.office):
        data, why = intake.claim(delivery.path)
        if not why and (delivery.file, files.sha256(data)) not in known:
            _take(night, delivery, data, night.workers.submit(clean, data))


def _take(night: Night, delivery: intake.Delivery, data: bytes, call: Future[Placed]) -> None:
    if where := examine.trace(call):
        tell_fault(night, delivery.file, where)
    placed = examine.finished(call)
    picture = placed.picture if placed else None
    ending = delivery.path.suffix
    kept = night.store.archive.keep(data, ending)
    copy = night.store.archive.keep(placed.data, "") if placed and picture else ""
    width, height = (picture.width, picture.height) if picture else (0, 0)
    night.store.photos.keep(Photo(delivery.office, delivery.file, kept, copy, width, height, night.at))
    night.outcome.taken.append(delivery.file)
    if picture is None:
        night.outcome.notes.append(f"{delivery.file}: {NOT_PRINTABLE}")
