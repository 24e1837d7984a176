"""Keeps runs, evidence, units of hunts and counterexamples by the hash of their statement, in one SQLite file."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pydantic import TypeAdapter, ValidationError

from verify.errors import StoreError
from verify.evidence import Counterexample, Evidence, Report, moment_from_json

APPLICATION = 0x6C656D6D
"""The number in the file's header that says whose it is."""

VERSION = 2

SCHEMA = (
    "CREATE TABLE statements (hash TEXT PRIMARY KEY, text TEXT NOT NULL)",
    "CREATE TABLE runs (id INTEGER PRIMARY KEY, plan TEXT NOT NULL, begun TEXT NOT NULL, finished TEXT)",
    """CREATE TABLE reports (id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES runs, hash TEXT NOT NULL REFERENCES statements,
       key TEXT NOT NULL, seed INTEGER NOT NULL, verdict TEXT NOT NULL, report TEXT NOT NULL, at TEXT NOT NULL, UNIQUE (run, key, seed))""",
    """CREATE TABLE evidence (report INTEGER NOT NULL REFERENCES reports, place INTEGER NOT NULL, rung TEXT NOT NULL,
       evidence TEXT NOT NULL, PRIMARY KEY (report, place))""",
    """CREATE TABLE counterexamples (id INTEGER PRIMARY KEY, hash TEXT NOT NULL REFERENCES statements, instance TEXT NOT NULL,
       step INTEGER NOT NULL, report INTEGER REFERENCES reports, UNIQUE (hash, instance, step))""",
    "CREATE TABLE units (run INTEGER NOT NULL REFERENCES runs, number INTEGER NOT NULL, finding TEXT NOT NULL, PRIMARY KEY (run, number))",
    "CREATE INDEX reports_by_hash ON reports (hash)",
    f"PRAGMA application_id = {APPLICATION}",
    f"PRAGMA user_version = {VERSION}",
)

BUSY_SECONDS = 60
REPLAYED = 20
"""At most this many counterexamples of a statement are looked at again, the shortest ones."""

_REPORT = TypeAdapter(Report)
_EVIDENCE: TypeAdapter[Evidence] = TypeAdapter(Evidence)


class Store:
    """An open store. Every report is on disk when `record` returns, whatever happens to the process then.

    Every method raises StoreError where the file is damaged or cannot be read or written.
    """

    def __init__(self, path: Path, *, create: bool) -> None:
        """Open a store, or create one where there is no file yet and `create` is set.

        Raises StoreError, and leaves the file as it is, where it is no store of this version.
        """
        self.path = path
        if path.is_dir():
            raise StoreError(f"{path} is a folder, not a store.")
        if not create and not path.exists():
            raise StoreError(f"there is no store {path}.")
        with self._clearly():
            self._connection = sqlite3.connect(path, timeout=BUSY_SECONDS)
        try:
            with self._clearly():
                self._prepare(create)
        except StoreError:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; what was recorded stays."""
        self._connection.close()

    def begin(self, plan: str, statements: Mapping[str, str]) -> int:
        """Start a run of that plan over statements, given as texts by hash; returns the run's number."""
        with self._clearly(), self._connection as db:
            db.executemany("INSERT OR IGNORE INTO statements VALUES (?, ?)", statements.items())
            return int(db.execute("INSERT INTO runs (plan, begun) VALUES (?, ?)", (plan, _now())).lastrowid or 0)

    def finish(self, run: int) -> None:
        """Mark a run as complete."""
        with self._clearly(), self._connection as db:
            db.execute("UPDATE runs SET finished = ? WHERE id = ?", (_now(), run))

    def unfinished(self) -> tuple[int, str] | None:
        """Number and plan of the last run that is not complete."""
        with self._clearly():
            found = self._connection.execute("SELECT id, plan FROM runs WHERE finished IS NULL ORDER BY id DESC LIMIT 1").fetchone()
            return None if found is None else (int(found[0]), str(found[1]))

    def record(self, run: int, hash: str, report: Report) -> None:
        """Keep a report with its evidence and its counterexamples, all or nothing; one of the same run, key and seed stays."""
        with self._clearly(), self._connection as db:
            written = db.execute(
                "INSERT OR IGNORE INTO reports (run, hash, key, seed, verdict, report, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (run, hash, report.key, report.seed, report.verdict, _REPORT.dump_json(replace(report, evidence=())).decode(), _now()),
            )
            if not written.rowcount:
                return
            for place, evidence in enumerate(report.evidence):
                db.execute(
                    "INSERT INTO evidence VALUES (?, ?, ?, ?)",
                    (written.lastrowid, place, evidence.rung, _EVIDENCE.dump_json(evidence).decode()),
                )
                if isinstance(evidence, Counterexample):
                    db.execute(
                        "INSERT OR IGNORE INTO counterexamples (hash, instance, step, report) VALUES (?, ?, ?, ?)",
                        (hash, json.dumps(evidence.instance, sort_keys=True), evidence.step, written.lastrowid),
                    )

    def done(self, run: int) -> set[tuple[str, int]]:
        """Keys and seeds that the run has reports on."""
        with self._clearly():
            return {(str(key), int(seed)) for key, seed in self._connection.execute("SELECT key, seed FROM reports WHERE run = ?", (run,))}

    def reports(self, run: int) -> list[Report]:
        """The reports of a run as they were recorded, by seed."""
        with self._clearly():
            rows = self._connection.execute("SELECT id, report FROM reports WHERE run = ? ORDER BY seed, id", (run,)).fetchall()
            evidence: dict[int, list[Evidence]] = {identity: [] for identity, _ in rows}
            query = "SELECT report, evidence FROM evidence WHERE report IN (SELECT id FROM reports WHERE run = ?) ORDER BY report, place"
            for identity, text in self._connection.execute(query, (run,)):
                evidence[identity].append(_EVIDENCE.validate_json(text))
            return [replace(_REPORT.validate_json(text), evidence=tuple(evidence[identity])) for identity, text in rows]

    def newest(self) -> dict[tuple[str, str], tuple[str, list[Report]]]:
        """For each key and hash the reports of the last run that examined it, by seed, and when the last of them was made."""
        last = "SELECT key, hash, max(run) AS run FROM reports GROUP BY key, hash"
        chosen = f"SELECT reports.id, key, hash, report, at FROM reports JOIN ({last}) USING (key, hash, run) ORDER BY seed, reports.id"
        with self._clearly():
            rows = self._connection.execute(chosen).fetchall()
            evidence: dict[int, list[Evidence]] = {identity: [] for identity, *_ in rows}
            for identity, text in self._connection.execute("SELECT report, evidence FROM evidence ORDER BY report, place"):
                if identity in evidence:
                    evidence[identity].append(_EVIDENCE.validate_json(text))
            found: dict[tuple[str, str], tuple[str, list[Report]]] = {}
            for identity, key, hash, text, at in rows:
                _, reports = found.get((key, hash), ("", []))
                found[key, hash] = at, [*reports, replace(_REPORT.validate_json(text), evidence=tuple(evidence[identity]))]
            return found

    def record_unit(self, run: int, number: int, finding: str) -> None:
        """Keep what a unit of a hunt found, as text; one of the same run and number stays."""
        with self._clearly(), self._connection as db:
            db.execute("INSERT OR IGNORE INTO units VALUES (?, ?, ?)", (run, number, finding))

    def units(self, run: int) -> dict[int, str]:
        """What the units of a hunt found, by number."""
        with self._clearly():
            return {
                int(number): str(text)
                for number, text in self._connection.execute("SELECT number, finding FROM units WHERE run = ?", (run,))
            }

    def record_counterexample(self, hash: str, instance: Any, step: int | str) -> None:
        """Keep an instance (as JSON-able data) and a step at which the statement fails."""
        with self._clearly(), self._connection as db:
            row = hash, json.dumps(instance, sort_keys=True), step
            db.execute("INSERT OR IGNORE INTO counterexamples (hash, instance, step) VALUES (?, ?, ?)", row)

    @contextmanager
    def alone(self, run: int) -> Iterator[None]:
        """Keep other processes from working on a run at the same time. Raises StoreError where one does."""
        # A lock of SQLite on a file beside the store: it ends with the process, however that ends.
        beside = self.path.with_name(f"{self.path.name}.run-{run}.lock")
        with closing(sqlite3.connect(beside, timeout=0, isolation_level=None)) as lock:
            try:
                lock.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    raise StoreError(f"cannot use {beside}: {error}.") from error
                raise StoreError(f"another process works on run {run} of the store {self.path}; wait for its end.") from error
            try:
                yield
            finally:
                lock.execute("ROLLBACK")
        beside.unlink(missing_ok=True)

    def newest_counterexample(self) -> int:
        """The number of the counterexample that was found last, 0 where there is none."""
        with self._clearly():
            return int(self._connection.execute("SELECT coalesce(max(id), 0) FROM counterexamples").fetchone()[0])

    def counterexamples(self, hash: str, up_to: int) -> list[tuple[Any, int | Fraction]]:
        """JSON of the shortest instances, and the steps or times, at which the statement failed; none found after number `up_to`."""
        query = "SELECT instance, step FROM counterexamples WHERE hash = ? AND id <= ? ORDER BY length(instance), id LIMIT ?"
        with self._clearly():
            return [(json.loads(text), moment_from_json(step)) for text, step in self._connection.execute(query, (hash, up_to, REPLAYED))]

    def _prepare(self, create: bool) -> None:
        db = self._connection
        tables = self._tables()
        if tables:
            self._require_ours()
            (sound,) = db.execute("PRAGMA quick_check(1)").fetchone()
            if sound != "ok":
                raise StoreError(f"the store {self.path} is damaged: {' '.join(str(sound).split())}.")
        elif not create:
            raise StoreError(f"{self.path} is an empty file, not a store.")
        # Another process may read while this one writes, and a write that was cut off is undone by the next one who opens.
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA foreign_keys = ON")
        if not tables:
            with db:
                db.execute("BEGIN IMMEDIATE")
                if not self._tables():
                    for command in SCHEMA:
                        db.execute(command)

    def _tables(self) -> int:
        return int(self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])

    def _require_ours(self) -> None:
        (application,) = self._connection.execute("PRAGMA application_id").fetchone()
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        if application != APPLICATION:
            raise StoreError(f"{self.path} is a database of another program, not a store.")
        if version != VERSION:
            raise StoreError(f"the store {self.path} has version {version}, but this program reads version {VERSION}; begin a new store.")

    @contextmanager
    def _clearly(self) -> Iterator[None]:
        """Turns what SQLite and damaged rows raise into one sentence."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise StoreError(f"cannot use the store {self.path}: {error}.") from error
        except sqlite3.DatabaseError as error:
            text = str(error)
            what = f"{self.path} is no store" if "not a database" in text else f"the store {self.path} is damaged"
            raise StoreError(f"{what}: {text}.") from error
        except (ValidationError, ValueError, KeyError) as error:
            raise StoreError(f"the store {self.path} is damaged: a row holds what no report could have written.") from error


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
