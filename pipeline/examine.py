"""The bytes of one workbook -> what it holds and what is wrong with it: read, then check.

A pure function of the bytes, the forms and the terms, run in a worker that can be killed:
what comes in is hostile until it is checked.
"""

from __future__ import annotations

import gc
import multiprocessing
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, TimeoutError
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from pipeline.check import check_reading
from pipeline.errors import RefusedFile
from pipeline.messages import finding
from pipeline.model import Checked, Library, Terms
from pipeline.read import read_workbook

T = TypeVar("T")
STOPPED = (TimeoutError, ProcessExpired, MemoryError)  # a call that had to be


@dataclass(frozen=True, slots=True)
class Limits:
    """What one workbook may cost."""

    workers: int = 2
    seconds: float = 60
    memory_mb: int = 2048


def examine(data: bytes, library: Library, terms: Terms) -> Checked:
    """Return the records and findings of a workbook; what cannot be taken has one finding and no stamp."""
    try:
        with _collector_at_rest():
            reading, pictures = read_workbook(data, library.forms)
            return replace(check_reading(reading, library.lists, terms, library.rules), pictures=pictures)
    except RefusedFile as refused:
        return refusal(refused)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Keep Python from looking for rings among a million new cells, a third of the time: there are none."""
    was_at_work = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_at_work:
            gc.enable()


def refusal(refused: RefusedFile) -> Checked:
    """Return what is said of a file that is no workbook of ours."""
    params = {name: text for name, text in refused.params.items() if name not in ("found", "expected")}
    one = finding(refused.code, found=refused.params.get("found"), expected=refused.params.get("expected"), **params)
    return Checked(None, (), frozenset(), (one,))


class FailedError(Exception):
    """Our own code failed in a call: the name of the error, and where."""


def _called(fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    """Return what a call comes to; what it fails with is told so that it can come back from a process."""
    try:
        return fn(*args, **kwargs)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  whoever asks for the result is told what and where
        raise FailedError(type(error).__name__, "".join(traceback.format_exception(error))) from None


class Workers(Executor):
    """Processes that can be killed, each call with its own time; what a call lost is its own result only."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        context = multiprocessing.get_context("spawn")  # a forked ledger or thread does harm
        self._pool = ProcessPool(
            limits.workers, initializer=_limit_memory, initargs=[limits.memory_mb], context=context
        )

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Start a call; its future raises TimeoutError or ProcessExpired if it had to be killed."""
        future: Future[Any] = self._pool.schedule(
            _called, args=[fn, *args], kwargs=kwargs, timeout=self._limits.seconds
        )
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes, at once if nobody waits for them."""
        end: Callable[[], None] = self._pool.close if wait and not cancel_futures else self._pool.stop
        end()
        self._pool.join()


class Here(Executor):
    """The same interface without processes: a call is done when it is submitted."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Do the call and return its finished future."""
        future: Future[Any] = Future()
        try:
            future.set_result(_called(fn, *args, **kwargs))
        except (FailedError, MemoryError) as error:
            future.set_exception(error)
        return future


@contextmanager
def executor(engine: str, limits: Limits) -> Iterator[Executor]:
    """Give the executor that the settings name; it is gone when the block ends."""
    with Workers(limits) if engine == "process" else Here() as workers:
        yield workers


def result(future: Future[Checked], limits: Limits) -> Checked:
    """Return what an examination found; one that had to be stopped, or that our code failed at, is a refusal of its workbook."""
    error = future.exception()
    if isinstance(error, STOPPED):
        return refusal(RefusedFile("no_answer", expected=f"{limits.seconds:g} s, {limits.memory_mb} MB"))
    if isinstance(error, FailedError):
        return refusal(RefusedFile("our_fault", found=error.args[0]))
    return future.result()


def trace(future: Future[Any]) -> str:
    """Return where our own code failed in a call; nothing if it did not."""
    error = future.exception()
    return str(error.args[1]) if isinstance(error, FailedError) else ""


def finished(future: Future[T]) -> T | None:
    """Return what a call came to; None if it had to be stopped, or our code failed (`trace` says where)."""
    try:
        return future.result()
    except (*STOPPED, FailedError):
        return None


def _limit_memory(megabytes: int) -> None:
    """Hold this process to so much memory where the system can (Windows cannot)."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
