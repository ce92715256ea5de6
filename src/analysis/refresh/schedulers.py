"""A line in the user's crontab. Other lines are not touched: ours ends with its name, which a shell takes as remark."""

from __future__ import annotations

import glob
import os
import shlex
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape

from .. import paths
from ..errors import DataError
from . import ci_workflow
from .schedule_job import Every, Job, Kind, Moment, run


def in_cron() -> bool:
    """Whether this computer has cron."""
    return shutil.which("crontab") is not None


def cron_entry(job: Job, moment: Moment) -> str:
    """The line. To cron a percent sign is a line break, wherever it stands, unless a backslash stands before it."""
    day = "*" if moment.day is None else str(moment.day)
    days = f"{day} * *" if moment.every is Every.MONTHLY else f"* * {day}"
    known = [f"{name}={shlex.quote(value)}" for name, value in job.environment.items()]
    told = f">> {shlex.quote(str(job.log))} 2>&1"  # many computers have no mail for cron to write to
    command = " ".join([*known, shlex.join(job.command), told, _mark(job)]).replace("%", r"\%")
    return f"{moment.time.minute} {moment.time.hour} {days} {command}\n"


def install_cron(job: Job, moment: Moment) -> str:
    """Put the line in the crontab, in the place of the one that was there for the same settings."""
    _write([*_others(job, _lines()), cron_entry(job, moment)])
    return f"Klaargezet in de crontab. Wat er gebeurt, komt in {job.log}."


def remove_cron(job: Job) -> str:
    """Take the line out of the crontab."""
    lines = _lines()
    others = _others(job, lines)
    if others == lines:
        return "In de crontab stond deze opdracht niet."
    _write(others)
    return "Weggehaald uit de crontab."


def _lines() -> list[str]:
    """The lines that are there; someone without a crontab has none, but what cannot be read may well hold some."""
    try:
        text = run(["crontab", "-l"])
    except DataError as error:
        if "no crontab" not in error.problem:
            raise
        return []
    # not `splitlines`, which takes other characters for line ends too
    return [f"{line}\n" for line in text.removesuffix("\n").split("\n")] if text else []


def _others(job: Job, lines: list[str]) -> list[str]:
    return [line for line in lines if not line.endswith(f"{_mark(job)}\n")]


def _write(lines: list[str]) -> None:
    run(["crontab", "-"], "".join(lines))


def _mark(job: Job) -> str:
    return f"# {job.name}"


_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_CONTROL = ["systemctl", "--user"]
_SERVICE = """\
[Unit]
Description=Veiligheidsanalyse verversen ({title})

[Service]
Type=oneshot
TimeoutStartSec=6h
TimeoutStopSec=10min
{environment}EnvironmentFile=-{secrets}
ExecStart={command}
"""
_TIMER = """\
[Unit]
Description=Veiligheidsanalyse verversen op vaste tijden

[Timer]
OnCalendar={calendar}
Persistent=true

[Install]
WantedBy=timers.target
"""
_STAYS = "Draait deze computer door als u bent uitgelogd? Sta dat dan eenmaal toe: loginctl enable-linger"


def in_systemd() -> bool:
    """Whether systemd runs here, and for this user."""
    return Path("/run/systemd/system").is_dir() and "XDG_RUNTIME_DIR" in os.environ


def systemd_entry(job: Job, moment: Moment) -> str:
    """Both files, each under a line with its path."""
    return "\n".join(f"# {path}\n{content}" for path, content in files(job, moment).items())


def install_systemd(job: Job, moment: Moment) -> str:
    """Write both files and start the timer; where that cannot be, no file stays that was not there before."""
    new = [path for path in _places(job) if not path.exists()]
    for path, content in files(job, moment).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        paths.write(path, content.encode())
    try:
        run([*_CONTROL, "daemon-reload"])
        run([*_CONTROL, "enable", "--now", f"{job.name}.timer"])
    except DataError:
        for path in new:
            path.unlink()
        raise
    return f"Klaargezet als timer {job.name}. Wat er gebeurt, toont: journalctl --user -u {job.name}\n{_STAYS}"


def remove_systemd(job: Job) -> str:
    """Stop the timer and remove both files; one that cannot be stopped keeps them."""
    service, timer = _places(job)
    if not timer.exists():
        return f"Bij systemd stond geen timer {job.name}."
    run([*_CONTROL, "disable", "--now", timer.name])
    service.unlink(missing_ok=True)
    timer.unlink()  # last: as long as it is there, removing it again is not in vain
    run([*_CONTROL, "daemon-reload"])
    return f"Weggehaald bij systemd: de timer {job.name}."


def _places(job: Job) -> tuple[Path, Path]:
    folder = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"
    return folder / f"{job.name}.service", folder / f"{job.name}.timer"


def files(job: Job, moment: Moment) -> dict[Path, str]:
    """What to write where: the service, which runs once, and the timer, which starts it."""
    service, timer = _places(job)
    known = "".join(f"Environment={_quoted(f'{name}={value}')}\n" for name, value in job.environment.items())
    program, *arguments = map(_quoted, job.command)
    command = " ".join([program, *(one.replace("$", "$$") for one in arguments)])  # in a program '$' is plain
    secrets = _plain(glob.escape(str(job.settings.with_suffix(".env"))))
    title = _plain(job.settings)
    return {
        service: _SERVICE.format(title=title, environment=known, secrets=secrets, command=command),
        timer: _TIMER.format(calendar=_calendar(moment)),
    }


def _calendar(moment: Moment) -> str:
    day = f"{moment.day:02}" if moment.every is Every.MONTHLY else "*"
    weekday = f"{_WEEKDAYS[moment.day - 1]} " if moment.every is Every.WEEKLY and moment.day else ""
    return f"{weekday}*-*-{day} {moment.time:%H:%M}:00"


def _quoted(text: str) -> str:
    """One word, whatever is in it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_plain(escaped)}"'


def _plain(text: object) -> str:
    """Text in which a percent sign stands for itself."""
    return str(text).replace("%", "%%")


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_TASK = """\
<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Description>Veiligheidsanalyse verversen</Description></RegistrationInfo>
  <Triggers>
    <CalendarTrigger>
      <StartBoundary>2026-01-01T{time}:00</StartBoundary>
      {days}
    </CalendarTrigger>
  </Triggers>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
  </Settings>
  <Actions>
    <Exec>
      <Command>{program}</Command>
      <Arguments>{arguments}</Arguments>
      <WorkingDirectory>{folder}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
"""


def task_there() -> bool:
    """Whether this is Windows."""
    return shutil.which("schtasks") is not None


def task_entry(job: Job, moment: Moment) -> str:
    """The task as XML. Variables are those of the user, which Windows gives to every task of hers."""
    program, *arguments = job.command
    return _TASK.format(
        time=f"{moment.time:%H:%M}",
        days=_days(moment),
        program=escape(program),
        arguments=escape(subprocess.list2cmdline(arguments)),
        folder=escape(str(job.settings.parent)),
    )


def install_task(job: Job, moment: Moment) -> str:
    """Hand the task to the Task Scheduler, in the place of the one that was there for the same settings."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "taak.xml"
        path.write_text(task_entry(job, moment), encoding="utf-16")
        run(["schtasks", "/Create", "/TN", job.name, "/XML", str(path), "/F"])
    return f"Klaargezet in Taakplanner als {job.name}."


def remove_task(job: Job) -> str:
    """Delete the task. Only the list of all tasks tells whether it is there in words that are no language."""
    if f'"\\{job.name}"' not in run(["schtasks", "/Query", "/FO", "CSV", "/NH"]):
        return f"In Taakplanner stond geen taak {job.name}."
    run(["schtasks", "/Delete", "/TN", job.name, "/F"])
    return f"Weggehaald uit Taakplanner: de taak {job.name}."


def _days(moment: Moment) -> str:
    if moment.day is None:
        return "<ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay>"
    if moment.every is Every.WEEKLY:
        day = f"<DaysOfWeek><{_DAYS[moment.day - 1]} /></DaysOfWeek>"
        return f"<ScheduleByWeek><WeeksInterval>1</WeeksInterval>{day}</ScheduleByWeek>"
    months = "".join(f"<{month} />" for month in _MONTHS)
    day = f"<DaysOfMonth><Day>{moment.day}</Day></DaysOfMonth>"
    return f"<ScheduleByMonth>{day}<Months>{months}</Months></ScheduleByMonth>"


@dataclass(frozen=True)
class Scheduler:
    """A program that starts commands at set times. Each action may be done twice; that is the same as once.

    Parameters
    ----------
    entry : callable
        The text of the entry for a job at a moment.
    install : callable
        Adds that entry and returns a Dutch sentence that says where.
    remove : callable
        Removes the entry of a job, if there is one, and returns a Dutch sentence that says whether there was.
    """

    entry: Callable[[Job, Moment], str]
    install: Callable[[Job, Moment], str]
    remove: Callable[[Job], str]


_CHOOSE = f"Kies zelf: {', '.join(Kind)}."
_AGAIN = "Verhelp wat niet lukte en geef de opdracht nog eens."
_TASKS = Scheduler(task_entry, install_task, remove_task)
_SYSTEMD = Scheduler(systemd_entry, install_systemd, remove_systemd)
_CRON = Scheduler(cron_entry, install_cron, remove_cron)
_CI = Scheduler(ci_workflow.entry, ci_workflow.install, ci_workflow.remove)
_KINDS = {Kind.SYSTEMD: _SYSTEMD, Kind.CRON: _CRON, Kind.TASKS: _TASKS, Kind.CI: _CI}
_PRESENT = ((_TASKS, task_there), (_SYSTEMD, in_systemd), (_CRON, in_cron))


@dataclass(frozen=True)
class Present:
    """Those that this computer has: an entry goes into the first, and may have been put in any of them."""

    these: tuple[Scheduler, ...]

    def entry(self, job: Job, moment: Moment) -> str:
        """The text of the entry in the first."""
        return self._first.entry(job, moment)

    def install(self, job: Job, moment: Moment) -> str:
        """Put it in the first."""
        return self._first.install(job, moment)

    def remove(self, job: Job) -> str:
        """Take it away wherever it is: one that fails keeps it from no other.

        Raises
        ------
        DataError
            When one fails; it tells of all.
        """
        told, failed = [], False
        for one in (*self.these, _CI):
            try:
                told.append(one.remove(job))
            except DataError as error:
                told.append(f"{error.place}: {error.problem}")
                failed = True
        if failed:
            raise DataError("schedule --remove", "\n  ".join(["niet alles is nagegaan of weggehaald.", *told]), _AGAIN)
        return "\n".join(told)

    @property
    def _first(self) -> Scheduler:
        if not self.these:
            raise DataError("--kind", "op deze computer is niets gevonden dat op tijd kan starten.", _CHOOSE)
        return self.these[0]


def chosen(kind: Kind | None) -> Scheduler | Present:
    """The scheduler that was asked for, or else those that this computer has."""
    return _KINDS[kind] if kind else Present(tuple(scheduler for scheduler, there in _PRESENT if there()))
