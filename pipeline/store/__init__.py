"""What came and what it amounts to -> archive/ and the ledger, and back.

    archive   bytes and journal: the treasure
    tables    the ledger's tables
    ledger    rows in and out of them
    answers   those of what offices were told

Archive and journal are the database; the ledger is a cache that is made again from them
whenever it is missing or of another edition.
"""

from pipeline.store.archive import Act, Answer, Archive, Draft, Photo, Taking
from pipeline.store.ledger import Examined, Seen, Store, open_store

__all__ = ["Act", "Answer", "Archive", "Draft", "Examined", "Photo", "Seen", "Store", "Taking", "open_store"]
