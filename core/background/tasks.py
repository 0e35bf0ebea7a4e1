"""Tasks on engines and models: asked for by pages, the API and the command line, done by the worker.

    measure   heavy: computes as reading does, and a second computation beside it would spoil both
    compare   heavy: reads every held-out record twice, with an adapter and without
    prepare   heavy: every core and more memory than the model itself; whatever is loaded gives way first
    remove    takes no time, but waits for its turn among the heavy ones, so that nothing is deleted under an
              engine that is loading it
    pull      light: waits for the network, for an hour on a slow line; photos are read meanwhile
    dataset   light: scales pictures one by one, while photos are read
    check     light: reads gigabytes from the disk and hashes them outside the interpreter's lock

Heavy tasks are done by the worker's one thread for heavy work, after waiting questions and before the next photo:
somebody watches a task, nobody a batch. Light ones have a thread of their own in the same process, so that they
live, die and are taken over by the same leases. A task that was cut goes on where it was when it is claimed again.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass

from sqlite_utils import Database

from core import weights
from core.engines import base
from core.engines.holder import Engines
from core.engines.registry import ensure_usable
from core.errors import NotFound, ShelfLensError, UsageError
from core.finetune.dataset import make_data_set
from core.finetune.gate import Question, compare, present_tools
from core.finetune.overview import new_data_set
from core.machine.measuring import measure_engine
from core.machine.ways import way_of
from core.pulse import Pulse
from core.reading.pipeline import Tools
from core.settings import Settings
from core.store import tasks
from core.store.db import open_store
from core.store.tasks import Report, Task, TaskKind, TaskState
from core.types import Bilingual
from core.weights.care import check, remove
from core.weights.inventory import LOCAL, local_id
from core.weights.prepare import OPTIONS, prepare
from core.weights.progress import OnProgress
from core.weights.promoted import get_adapter
from core.weights.pull import pull
from core.words.rereading import reread_ads

log = logging.getLogger("shelflens.tasks")

HEAVY = frozenset({TaskKind.MEASURE, TaskKind.COMPARE, TaskKind.PREPARE, TaskKind.REMOVE})
LIGHT = frozenset({TaskKind.PULL, TaskKind.CHECK, TaskKind.DATASET, TaskKind.REREAD})

BEAT_S = 0.5
"""Between two words of a task on how far it is; a cancelled one hears of it as soon."""
READING = "reading"
"""Phase of a measurement; those of work on weights are `core.weights.Phase`."""
COUNTING = "counting"
"""Phase of work that goes photo by photo without a first one to warm up."""
DATA = "data"
"""Subject of the task that makes a data set: there is one kind."""

OnReport = Callable[[Report], None]
Halted = Callable[[], bool]


def ask_task(db: Database, settings: Settings, kind: TaskKind, subject: str, form: str = "", *, by: str) -> int:
    """Queues a task and returns its id, or that of the same one that is under way.

    Raises UsageError or NotFound for what cannot be done at all, so that nobody waits for a refusal.
    """
    if kind is TaskKind.MEASURE:
        ensure_usable(subject, settings)
    elif kind is TaskKind.COMPARE:
        get_adapter(settings, subject)
    elif kind is TaskKind.DATASET:
        subject = DATA
    else:
        _ensure_model(settings, kind, subject, form)
    return tasks.put_task(db, kind, subject, form, by=by)


def _ensure_model(settings: Settings, kind: TaskKind, model_id: str, form: str) -> None:
    local = local_id(settings)
    if model_id != local or not local:
        weights.get_model(model_id)
    elif kind is TaskKind.PULL:
        raise UsageError(
            en=f"{LOCAL} models are folders of your own; there is nothing to fetch.",
            zh=f"{LOCAL} 模型是您自己的目录，无需下载。",
        )
    forms = {TaskKind.PREPARE: tuple(OPTIONS), TaskKind.REMOVE: tuple(weights.Form)}.get(kind, ("",))
    if form not in forms:
        raise NotFound(what=Bilingual(en="Form", zh="形式"), key=form, hint=f"{', '.join(forms)}.")


@dataclass(frozen=True)
class Bench:
    """What tasks are done with: the worker's tools, its engines, and its name."""

    tools: Tools
    engines: Engines
    owner: str

    @property
    def settings(self) -> Settings:
        return self.tools.settings


def serve_task(db: Database, bench: Bench, kinds: frozenset[TaskKind], halted: Halted) -> bool:
    """Does the oldest waiting task of these kinds, in this thread; False where none waits.

    `halted` says that the process has to end: the task at hand goes back into the queue. Failures end in the
    task's row; only those of disk and database are raised.
    """
    task = tasks.claim_task(db, bench.owner, kinds, lease_s=bench.settings.lease_s)
    if task is None:
        return False
    with _TaskPulse(bench.settings, task, bench.owner) as pulse:
        state, error = _outcome(db, bench, task, pulse, halted)
    if state is TaskState.QUEUED:
        tasks.release_task(db, task.id, bench.owner)
    else:
        tasks.end_task(db, task.id, bench.owner, state, error=error)
    log.info("task %s (%s %s): %s", task.id, task.kind, task.subject, state)
    return True


def _outcome(
    db: Database, bench: Bench, task: Task, pulse: _TaskPulse, halted: Halted
) -> tuple[TaskState, Bilingual | None]:
    """How the task ended, and why; QUEUED where the process has to end first."""
    try:
        error = _perform(db, bench, task, pulse.say, lambda: halted() or not pulse.wanted)
    except (base.Stopped, weights.Stopped):
        return (TaskState.QUEUED if pulse.wanted else TaskState.CANCELLED), None
    except sqlite3.DatabaseError:
        raise
    except ShelfLensError as err:
        return TaskState.FAILED, err.message
    except Exception as err:  # whatever it is, the next task must still be done
        log.exception("task %s", task.id)
        reason = f"{type(err).__name__}: {err}"
        return TaskState.FAILED, Bilingual(en=f"It broke off: {reason}.", zh=f"任务中断：{reason}。")
    return (TaskState.FAILED if error else TaskState.DONE), error


def _perform(db: Database, bench: Bench, task: Task, say: OnReport, stopped: Halted) -> Bilingual | None:
    """Does it, and says what a check found wrong. Raises what the work raises, and Stopped."""
    settings = bench.settings

    def on_progress(progress: weights.Progress) -> None:
        say(
            Report(
                phase=progress.phase,
                done=progress.done,
                total=progress.total,
                file=progress.file,
                speed=progress.speed,
                seconds_left=progress.seconds_left,
            )
        )

    match task.kind:
        case TaskKind.MEASURE:
            _measure(db, bench, task.subject, say, stopped)
        case TaskKind.COMPARE:
            _compare(db, bench, task, say, stopped)
        case TaskKind.PULL:
            pull(settings, task.subject, on_progress, stopped)
        case TaskKind.PREPARE:
            bench.engines.make_room()
            prepare(settings, task.subject, weights.Form(task.form), on_progress, stopped)
        case TaskKind.REMOVE:
            bench.engines.make_room()
            remove(settings, task.subject, weights.Form(task.form))
        case TaskKind.CHECK:
            return _check(settings, task.subject, on_progress, stopped)
        case TaskKind.DATASET:
            _make_data_set(db, settings, say, stopped)
        case TaskKind.REREAD:
            _reread(db, settings, task.form, say, stopped)
    return None


def _measure(db: Database, bench: Bench, name: str, say: OnReport, stopped: Halted) -> None:
    with bench.engines.use(name) as engine:
        tools = Tools(settings=bench.settings, readers=bench.tools.readers, engine=engine)
        measure_engine(
            db,
            tools,
            way=way_of(name, bench.settings),
            on_photo=lambda done, total: say(Report(phase=READING, done=done, total=total)),
            stopped=stopped,
        )


def _compare(db: Database, bench: Bench, task: Task, say: OnReport, stopped: Halted) -> None:
    bench.engines.make_room()
    present = present_tools(db, bench.settings, bench.tools.readers)
    question = Question(get_adapter(bench.settings, task.subject), present, task.asked_by)
    compare(db, question, lambda done, total: say(Report(phase=COUNTING, done=done, total=total)), stopped)


def _make_data_set(db: Database, settings: Settings, say: OnReport, stopped: Halted) -> None:
    def on_photo(done: int, total: int) -> None:
        if stopped():
            raise base.Stopped
        say(Report(phase=COUNTING, done=done, total=total))

    make_data_set(db, settings, new_data_set(settings), progress=on_photo)


def _reread(db: Database, settings: Settings, edition: str, say: OnReport, stopped: Halted) -> None:
    """Raises Stopped where it was; one whose words have changed since ends, for a later task has the new ones."""
    reread_ads(
        db, settings, lambda done, total: say(Report(phase=READING, done=done, total=total)), stopped, edition=edition
    )
    if stopped():
        raise base.Stopped


def _check(settings: Settings, model_id: str, on_progress: OnProgress, stopped: Halted) -> Bilingual | None:
    """What the check found wrong; None where nothing is."""
    faults = [found for found in check(settings, model_id, on_progress, stopped) if found.fault is not None]
    if not faults:
        return None
    return Bilingual(
        en=" ".join(f"{found.form}: {found.fault.en}." for found in faults if found.fault),
        zh="".join(f"{found.form}：{found.fault.zh}。" for found in faults if found.fault),
    )


class _TaskPulse(Pulse):
    """Renews a task's lease, writes how far it is, and hears when nobody wants it any more."""

    def __init__(self, settings: Settings, task: Task, owner: str) -> None:
        super().__init__(f"task-{task.id}", min(BEAT_S, settings.lease_s / 3))
        self._settings, self._task, self._owner = settings, task, owner
        self._report: Report | None = None
        self._wanted = threading.Event()
        self._wanted.set()

    @property
    def wanted(self) -> bool:
        """False from when the task was seen to be cancelled or lost. Asks nobody: costs nothing."""
        return self._wanted.is_set()

    def say(self, report: Report) -> None:
        """How far the task is; written with the next beat."""
        self._report = report

    def _beat(self) -> None:
        lease_s = self._settings.lease_s
        with open_store(self._settings) as db:
            if not tasks.beat_task(db, self._task.id, self._owner, lease_s=lease_s, report=self._report):
                self._wanted.clear()
