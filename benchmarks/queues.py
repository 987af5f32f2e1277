"""Engines that hand pictures out to many machines, held against the same work and the same troubles.

    python benchmarks/queues.py ENGINE [--pictures N] [--pixels N]

ENGINE is pgqueuer, procrastinate, dask or ray. Those that imgpolicy does not use are installed in a virtual environment
of their own: procrastinate, psycopg[binary] and imgpolicy[test]; dask[distributed] or ray, pillow and numpy.
Each hands N small pictures to four workers, which decode each and hash it. After a third of them a worker is killed;
after two thirds the server, or the scheduler, is ended and started again; one picture kills whoever opens it.

Told are the pictures that nobody opened, those opened twice or more, CPU seconds a picture beside that of the work
itself, of all processes that the engine has running, and the clock. A worker that died is started anew, as a service
manager would; where the engine loses what waited when it restarts, that is what is told.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import procrastinate
    from pgqueuer.adapters.persistence.queries import Queries

HERE = Path(__file__)
WORKERS = 4
LIMIT = 600.0
"""Seconds after which what is not done counts as lost."""

QUIET = 60.0
"""The same where nothing happens any more."""


def picture(number: int, pixels: int) -> bytes:
    """A small picture, another one for each number."""
    import numpy as np
    from PIL import Image

    side = int(pixels**0.5)
    noise = np.random.default_rng(number).integers(0, 256, (side // 8, side // 8, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).resize((side, side)).save(file, "JPEG")
    return file.getvalue()


def opened(folder: str, number: int) -> None:
    """Decode a picture, hash it, and write down that it was, with the CPU that it took."""
    import numpy as np
    from PIL import Image

    begun = time.process_time()
    data = (Path(folder) / f"{number}.jpg").read_bytes()
    if (Path(folder) / "poison").read_text() == str(number):
        with (Path(folder) / "died").open("a") as died:
            died.write(f"{number}\n")
        os.kill(os.getpid(), signal.SIGKILL)
    pixels = np.asarray(Image.open(io.BytesIO(data)).convert("L").resize((32, 32)), dtype=float)
    hashlib.sha256(data + pixels.tobytes()).hexdigest()
    line = f"{number} {time.process_time() - begun:.6f} {os.getpid()}\n".encode()
    file = os.open(Path(folder) / "done", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(file, line)
    os.close(file)


class Engine(Protocol):
    """One of them, with all of its processes."""

    def fill(self, pictures: int) -> None:
        """Begin what has to run, and hand these pictures in."""

    def tend(self) -> None:
        """Begin workers anew that have ended."""

    def kill_a_worker(self) -> None: ...

    def restart(self) -> None:
        """End what hands out, and start it again."""

    def close(self) -> None: ...


def begun(*words: str) -> subprocess.Popen[bytes]:
    """Another process of this script's."""
    with Path(os.environ["QUEUES_FOLDER"], "log").open("ab") as log:
        return subprocess.Popen([sys.executable, HERE, *words], stdout=log, stderr=log, start_new_session=True)


class Workers:
    """Processes of this script's that are begun anew when they end."""

    def __init__(self, *words: str) -> None:
        self.words = words
        self.all = [begun(*words) for _ in range(WORKERS)]

    def tend(self) -> None:
        """Begin those anew that have ended."""
        self.all = [begun(*self.words) if one.poll() is not None else one for one in self.all]

    def close(self) -> None:
        """End them."""
        for one in self.all:
            one.terminate()
        for one in self.all:
            try:
                one.wait(10)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()


class OnPostgres:
    """An engine whose jobs wait on a PostgreSQL server."""

    def __init__(self, name: str, folder: Path) -> None:
        sys.path.insert(0, str(HERE.parent.parent))
        from tests.postgres import binaries, running

        programs = binaries()
        assert programs is not None
        self.name, self.folder = name, folder
        self._running = running(programs)
        self.server = self._running.__enter__()
        os.environ["QUEUES_URL"] = self.server.new_database()

    def fill(self, pictures: int) -> None:
        """Hand them in, and begin the workers."""
        begun(self.name, "--fill", str(pictures)).wait()
        self.workers = Workers(self.name, "--work")

    def tend(self) -> None:
        """Begin workers anew that have ended."""
        self.workers.tend()

    def kill_a_worker(self) -> None:
        """Kill one."""
        self.workers.all[0].kill()
        self.workers.all[0].wait()

    def restart(self) -> None:
        """Restart the server."""
        self.server.stop(signal.SIGINT)
        time.sleep(2)
        self.server.start()

    def close(self) -> None:
        """End all of it."""
        self.workers.close()
        self._running.__exit__(None, None, None)


class OnDask:
    """Dask's scheduler, its workers with their nannies, and a client that waits for the futures."""

    PORT = 28786

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _schedule(self) -> None:
        self.scheduler = begun("dask", "--schedule")
        time.sleep(8)

    def fill(self, pictures: int) -> None:
        """Begin the scheduler, the workers and the client."""
        self._schedule()
        self.workers = Workers("dask", "--work")
        self.client = begun("dask", "--fill", str(pictures))

    def tend(self) -> None:
        """Begin workers anew that have ended."""
        self.workers.tend()

    def kill_a_worker(self) -> None:
        """Kill one behind its nanny."""
        os.kill(last_opener(self.folder), signal.SIGKILL)

    def restart(self) -> None:
        """Kill the scheduler, and begin another."""
        self.scheduler.kill()
        self.scheduler.wait()
        self._schedule()

    def close(self) -> None:
        """End all of it."""
        self.workers.close()
        for one in (self.client, self.scheduler):
            one.kill()
            one.wait()


class OnRay:
    """Ray with a head on this machine, and a driver that waits for the results."""

    PORT = 28787

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _start(self) -> None:
        program = Path(sys.executable).parent / "ray"
        words = (f"--port={self.PORT}", f"--num-cpus={WORKERS}", "--include-dashboard=false", "--disable-usage-stats")
        with (self.folder / "log").open("ab") as log:
            subprocess.run([program, "start", "--head", *words], check=True, stdout=log, stderr=log)

    def fill(self, pictures: int) -> None:
        """Begin the head and the driver."""
        self._start()
        self.driver = begun("ray", "--fill", str(pictures))

    def tend(self) -> None:
        """Nothing: Ray begins its workers itself."""

    def kill_a_worker(self) -> None:
        """Kill one."""
        os.kill(last_opener(self.folder), signal.SIGKILL)

    def _stop(self) -> None:
        for number in own_processes(self.folder):
            if number not in {os.getpid(), self.driver.pid}:
                try:
                    os.kill(number, signal.SIGKILL)
                except ProcessLookupError:
                    continue
        time.sleep(2)

    def restart(self) -> None:
        """Kill the head with all that belongs to it, and begin another."""
        self._stop()
        self._start()

    def close(self) -> None:
        """End all of it."""
        self._stop()
        self.driver.kill()
        self.driver.wait()


def own_processes(folder: Path) -> dict[int, float]:
    """The processes of this measurement, also those that went into the background, with the CPU seconds of each."""
    mark = f"QUEUES_FOLDER={folder}".encode()
    tick = os.sysconf("SC_CLK_TCK")
    found = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (place / "environ").read_bytes():
                fields = (place / "stat").read_text().rpartition(")")[2].split()
                found[int(place.name)] = (int(fields[11]) + int(fields[12])) / tick
        except OSError:
            continue
    return found


def last_opener(folder: Path) -> int:
    """The process that opened the last picture."""
    return int((folder / "done").read_text().split()[-1])


def fill_pgqueuer(pictures: int) -> None:
    """Hand the pictures in, in batches as an audit does."""
    import asyncio

    queries = pgqueuer_queries()

    async def fill() -> None:
        await queries.install()
        for start in range(0, pictures, 200):
            part = [str(number).encode() for number in range(start, min(start + 200, pictures))]
            await queries.enqueue(["open"] * len(part), [*part], [0] * len(part))

    asyncio.run(fill())


def work_pgqueuer() -> None:
    """A worker, over the register's connections, as imgpolicy has it."""
    import asyncio
    import datetime as dt

    from pgqueuer.models import Job
    from pgqueuer.qm import QueueManager

    manager = QueueManager(pgqueuer_queries())

    async def one(job: Job) -> None:
        await asyncio.to_thread(opened, os.environ["QUEUES_FOLDER"], int(job.payload or b"-1"))

    manager.entrypoint("open", accepts_context=False)(one)
    asyncio.run(
        manager.run(
            dequeue_timeout=dt.timedelta(seconds=1),
            batch_size=1,
            max_concurrent_tasks=2,
            heartbeat_timeout=dt.timedelta(seconds=8),
            log_aggregation_interval=dt.timedelta(0),
        )
    )


def pgqueuer_queries() -> Queries:
    """The queue, as imgpolicy asks for it."""
    from pgqueuer.adapters.persistence.queries import Queries

    sys.path.insert(0, str(HERE.parent.parent))
    from tests.postgres import engine_of

    from imgpolicy.register.sql.database import Database

    return Queries(Database(engine_of(os.environ["QUEUES_URL"]), "the queue", None).statements())


def procrastinate_app() -> procrastinate.App:
    """The same, over psycopg."""
    import procrastinate

    sys.path.insert(0, str(HERE.parent.parent))
    url = os.environ["QUEUES_URL"]
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=url))
    app.task(name="open")(lambda number: opened(os.environ["QUEUES_FOLDER"], number))
    return app


def fill_procrastinate(pictures: int) -> None:
    """Hand the pictures in."""
    import asyncio

    app = procrastinate_app()

    async def fill() -> None:
        async with app.open_async():
            await app.schema_manager.apply_schema_async()
            for start in range(0, pictures, 200):
                part = [{"number": number} for number in range(start, min(start + 200, pictures))]
                await app.configure_task("open").batch_defer_async(*part)

    asyncio.run(fill())


def work_procrastinate() -> None:
    """A worker that looks for stalled jobs when it begins, as procrastinate's documentation has it done."""
    import asyncio

    app = procrastinate_app()

    async def work() -> None:
        async with app.open_async():
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=8):
                await app.job_manager.retry_job(job)
            await app.run_worker_async(concurrency=1, install_signal_handlers=False, update_heartbeat_interval=4)

    asyncio.run(work())


def fill_dask(pictures: int) -> None:
    """Hand the pictures in, and wait for what becomes of each."""
    from distributed import Client, wait

    client = Client(f"tcp://127.0.0.1:{OnDask.PORT}")
    folder = os.environ["QUEUES_FOLDER"]
    wait([client.submit(opened, folder, number, pure=False) for number in range(pictures)])


def work_dask() -> None:
    """A worker with its nanny."""
    from distributed.cli.dask_worker import main

    main([f"tcp://127.0.0.1:{OnDask.PORT}", "--nthreads", "1", "--no-dashboard"])


def schedule_dask() -> None:
    """The scheduler."""
    from distributed.cli.dask_scheduler import main

    main(["--host", "127.0.0.1", "--port", str(OnDask.PORT), "--no-dashboard"])


def fill_ray(pictures: int) -> None:
    """Hand the pictures in, and wait for what becomes of each."""
    import ray

    ray.init(address=f"127.0.0.1:{OnRay.PORT}")
    one = ray.remote(num_cpus=1, max_retries=3)(opened)
    left = [one.remote(os.environ["QUEUES_FOLDER"], number) for number in range(pictures)]
    while left:
        _, left = ray.wait(left)


PARTS: dict[tuple[str, str], Callable[[], None]] = {
    ("pgqueuer", "work"): work_pgqueuer,
    ("procrastinate", "work"): work_procrastinate,
    ("dask", "work"): work_dask,
    ("dask", "schedule"): schedule_dask,
}
FILL: dict[str, Callable[[int], None]] = {
    "pgqueuer": fill_pgqueuer,
    "procrastinate": fill_procrastinate,
    "dask": fill_dask,
    "ray": fill_ray,
}


def count(folder: Path) -> int:
    """How many pictures were opened, each counted once."""
    return len({line.split()[0] for line in lines(folder, "done")})


def lines(folder: Path, name: str) -> list[str]:
    """What was written down so far."""
    file = folder / name
    return file.read_text().splitlines() if file.exists() else []


def measure(name: str, folder: Path, pictures: int, *, troubles: bool) -> None:
    """Hand out, make trouble, and say what became of it."""
    engine: Engine = OnDask(folder) if name == "dask" else OnRay(folder) if name == "ray" else OnPostgres(name, folder)
    used: dict[int, float] = {}
    wanted = pictures - troubles
    begun_at = moved = time.monotonic()
    engine.fill(pictures)
    filled = time.monotonic()
    done, killed, restarted = 0, not troubles, not troubles
    while time.monotonic() - begun_at < LIMIT and time.monotonic() - moved < QUIET:
        time.sleep(0.3)
        used |= own_processes(folder)
        engine.tend()
        now = count(folder)
        moved, done = (time.monotonic(), now) if now != done else (moved, done)
        if not killed and done > pictures // 3:
            engine.kill_a_worker()
            killed = True
        if not restarted and done > 2 * pictures // 3:
            engine.restart()
            restarted = True
        if done >= wanted:
            break
    seconds = moved - filled
    time.sleep(1)
    used |= own_processes(folder)
    engine.close()
    used.pop(os.getpid(), None)
    opened_at = [line.split() for line in lines(folder, "done")]
    twice = sum(times > 1 for times in Counter(words[0] for words in opened_at).values())
    work = sum(float(words[1]) for words in opened_at)
    poison = (folder / "poison").read_text()
    sys.stdout.write(
        f"{name}: {pictures} pictures, lost {wanted - count(folder)}, opened twice {twice}, "
        f"the poison ended {lines(folder, 'died').count(poison)} workers, "
        f"CPU {sum(used.values()):.1f} s of which work {work:.1f} s, {seconds:.0f} s by the clock\n"
    )


def main() -> None:
    """Measure one engine, or be a part of it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("engine", choices=sorted(FILL))
    parser.add_argument("--pictures", type=int, default=1_000)
    parser.add_argument("--pixels", type=int, default=512 * 512)
    parser.add_argument("--calm", action="store_true", help="without troubles, to see what a job costs")
    parser.add_argument("--fill", type=int)
    parser.add_argument("--work", action="store_true")
    parser.add_argument("--schedule", action="store_true")
    asked = parser.parse_args()
    if asked.fill is not None:
        FILL[asked.engine](asked.fill)
    elif asked.work or asked.schedule:
        PARTS[asked.engine, "work" if asked.work else "schedule"]()
    else:
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            os.environ["QUEUES_FOLDER"] = made
            for number in range(asked.pictures):
                (folder / f"{number}.jpg").write_bytes(picture(number, asked.pixels))
            (folder / "poison").write_text("" if asked.calm else str(asked.pictures // 5))
            measure(asked.engine, folder, asked.pictures, troubles=not asked.calm)
            if "KEEP_LOG" in os.environ:
                sys.stdout.write((folder / "log").read_text()[-6_000:])


if __name__ == "__main__":
    main()
