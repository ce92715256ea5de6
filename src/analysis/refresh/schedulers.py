"""Schedulers: entries in cron, systemd and the Windows Task Scheduler that start a refresh at set times."""

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
from .schedule_job import Every, Job, Kind, Moment, run_program

_CHOOSE = f"Kies zelf: {', '.join(Kind)}."
_AGAIN = "Verhelp wat niet lukte en geef de opdracht nog eens."
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


@dataclass(frozen=True)
class Scheduler:
    """A program that starts commands at set times. Repeating an action changes nothing.

    Parameters
    ----------
    entry : callable
        Returns the text of the entry for a job at a moment.
    install : callable
        Adds that entry; returns a Dutch sentence that says where.
    remove : callable
        Removes the entry of a job, if there is one; returns a Dutch sentence that says whether there was.
    """

    entry: Callable[[Job, Moment], str]
    install: Callable[[Job, Moment], str]
    remove: Callable[[Job], str]


@dataclass(frozen=True)
class AvailableSchedulers:
    """The schedulers of this computer. An entry is put in the first; it may have been put in any of them.

    Parameters
    ----------
    schedulers : tuple of Scheduler
        In order of preference; may be empty.
    """

    schedulers: tuple[Scheduler, ...]

    def entry(self, job: Job, moment: Moment) -> str:
        """Return the text of the entry for the first scheduler."""
        return self._first.entry(job, moment)

    def install(self, job: Job, moment: Moment) -> str:
        """Add the entry to the first scheduler; return a Dutch sentence that says where."""
        return self._first.install(job, moment)

    def remove(self, job: Job) -> str:
        """Remove the entry from every scheduler; when one fails, the others are still tried.

        Parameters
        ----------
        job : Job
            Whose entry to remove.

        Returns
        -------
        str
            A line for each scheduler, in Dutch.

        Raises
        ------
        DataError
            When one failed; the message has a line for each scheduler.
        """
        lines, failed = [], False
        for scheduler in (*self.schedulers, _CI):
            try:
                lines.append(scheduler.remove(job))
            except DataError as error:
                lines.append(f"{error.place}: {error.problem}")
                failed = True
        if failed:
            raise DataError("schedule --remove", "\n  ".join(["niet alles is nagegaan of weggehaald.", *lines]), _AGAIN)
        return "\n".join(lines)

    @property
    def _first(self) -> Scheduler:
        if not self.schedulers:
            raise DataError("--kind", "op deze computer is niets gevonden dat op tijd kan starten.", _CHOOSE)
        return self.schedulers[0]


def choose_scheduler(kind: Kind | None) -> Scheduler | AvailableSchedulers:
    """Return the scheduler of a kind.

    Parameters
    ----------
    kind : Kind, optional
        By default whichever this computer has.
    """
    if kind:
        return _KINDS[kind]
    checks = ((_TASKS, has_task_scheduler), (_SYSTEMD, has_systemd), (_CRON, has_cron))
    return AvailableSchedulers(tuple(scheduler for scheduler, is_present in checks if is_present()))


# cron: a line in the user's crontab. Ours ends with a comment that names the job; other lines are not touched.


def has_cron() -> bool:
    """Return whether this computer has cron."""
    return shutil.which("crontab") is not None


def cron_entry(job: Job, moment: Moment) -> str:
    r"""Return the line for the crontab.

    Cron takes a percent sign for a line break unless a backslash precedes it.

    Parameters
    ----------
    job : Job
        What to run.
    moment : Moment
        When to run it.

    Examples
    --------
    >>> from analysis.refresh.schedule_job import parse_moment
    >>> job = Job(Path("/bin/veiligheid"), Path("/100%/verversen.yml"))
    >>> cron_entry(job, parse_moment(Every.DAILY, "06:00")).split(" >> ")[0]
    '0 6 * * * /bin/veiligheid refresh --settings /100\\%/verversen.yml'
    """
    day = "*" if moment.day is None else str(moment.day)
    days = f"{day} * *" if moment.every is Every.MONTHLY else f"* * {day}"
    variables = [f"{name}={shlex.quote(value)}" for name, value in job.environment.items()]
    output = f">> {shlex.quote(str(job.log))} 2>&1"  # many computers have no mail for cron to write to
    command = " ".join([*variables, shlex.join(job.command), output, _cron_mark(job)]).replace("%", r"\%")
    return f"{moment.time.minute} {moment.time.hour} {days} {command}\n"


def install_cron(job: Job, moment: Moment) -> str:
    """Put the line in the crontab, over an earlier one for the same settings; return a Dutch sentence."""
    _write_crontab([*_other_lines(job, _crontab_lines()), cron_entry(job, moment)])
    return f"Klaargezet in de crontab. Wat er gebeurt, komt in {job.log}."


def remove_cron(job: Job) -> str:
    """Remove the line from the crontab; return a Dutch sentence."""
    lines = _crontab_lines()
    others = _other_lines(job, lines)
    if others == lines:
        return "In de crontab stond deze opdracht niet."
    _write_crontab(others)
    return "Weggehaald uit de crontab."


def _crontab_lines() -> list[str]:
    """Return the lines of the crontab; none for a user without one. Fail when it cannot be read: it may hold lines."""
    try:
        text = run_program(["crontab", "-l"])
    except DataError as error:
        if "no crontab" not in error.problem:
            raise
        return []
    # not `splitlines`, which also splits at other characters
    return [f"{line}\n" for line in text.removesuffix("\n").split("\n")] if text else []


def _other_lines(job: Job, lines: list[str]) -> list[str]:
    return [line for line in lines if not line.endswith(f"{_cron_mark(job)}\n")]


def _write_crontab(lines: list[str]) -> None:
    run_program(["crontab", "-"], "".join(lines))


def _cron_mark(job: Job) -> str:
    return f"# {job.name}"


# systemd: a service of the user, which runs once, and a timer that starts it.


def has_systemd() -> bool:
    """Return whether systemd runs on this computer and for this user."""
    return Path("/run/systemd/system").is_dir() and "XDG_RUNTIME_DIR" in os.environ


def systemd_entry(job: Job, moment: Moment) -> str:
    """Return the text of both files, each preceded by a line with its path."""
    return "\n".join(f"# {path}\n{content}" for path, content in systemd_files(job, moment).items())


def install_systemd(job: Job, moment: Moment) -> str:
    """Write both files and start the timer; return a Dutch sentence.

    Raises
    ------
    DataError
        When the timer cannot be started; files that were not there before are removed again.
    """
    new = [path for path in _systemd_paths(job) if not path.exists()]
    for path, content in systemd_files(job, moment).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        paths.write(path, content.encode())
    try:
        run_program([*_CONTROL, "daemon-reload"])
        run_program([*_CONTROL, "enable", "--now", f"{job.name}.timer"])
    except DataError:
        for path in new:
            path.unlink()
        raise
    return f"Klaargezet als timer {job.name}. Wat er gebeurt, toont: journalctl --user -u {job.name}\n{_STAYS}"


def remove_systemd(job: Job) -> str:
    """Stop the timer and remove both files; return a Dutch sentence. The files stay when it cannot be stopped."""
    service, timer = _systemd_paths(job)
    if not timer.exists():
        return f"Bij systemd stond geen timer {job.name}."
    run_program([*_CONTROL, "disable", "--now", timer.name])
    service.unlink(missing_ok=True)
    timer.unlink()  # last: as long as it exists, a next removal does its work
    run_program([*_CONTROL, "daemon-reload"])
    return f"Weggehaald bij systemd: de timer {job.name}."


def systemd_files(job: Job, moment: Moment) -> dict[Path, str]:
    """Return the content of the service and of the timer, by path.

    Parameters
    ----------
    job : Job
        What to run.
    moment : Moment
        When to run it.

    Returns
    -------
    dict of Path to str
        First the service, then the timer.
    """
    service, timer = _systemd_paths(job)
    environment = "".join(f"Environment={_quoted(f'{name}={value}')}\n" for name, value in job.environment.items())
    program, *arguments = map(_quoted, job.command)
    # systemd expands '$' in arguments, not in the program
    command = " ".join([program, *(argument.replace("$", "$$") for argument in arguments)])
    secrets = _plain(glob.escape(str(job.settings.with_suffix(".env"))))
    title = _plain(job.settings)
    return {
        service: _SERVICE.format(title=title, environment=environment, secrets=secrets, command=command),
        timer: _TIMER.format(calendar=_calendar(moment)),
    }


def _systemd_paths(job: Job) -> tuple[Path, Path]:
    folder = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"
    return folder / f"{job.name}.service", folder / f"{job.name}.timer"


def _calendar(moment: Moment) -> str:
    day = f"{moment.day:02}" if moment.every is Every.MONTHLY else "*"
    weekday = f"{_WEEKDAYS[moment.day - 1]} " if moment.every is Every.WEEKLY and moment.day else ""
    return f"{weekday}*-*-{day} {moment.time:%H:%M}:00"


def _quoted(text: str) -> str:
    """Return a text as one word, whatever characters it holds."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_plain(escaped)}"'


def _plain(text: object) -> str:
    """Return a text in which a percent sign stands for itself."""
    return str(text).replace("%", "%%")


# Windows: a task of the Task Scheduler.


def has_task_scheduler() -> bool:
    """Return whether this computer runs Windows."""
    return shutil.which("schtasks") is not None


def task_entry(job: Job, moment: Moment) -> str:
    """Return the task as XML. It needs no variables: Windows gives a task those of its user."""
    program, *arguments = job.command
    return _TASK.format(
        time=f"{moment.time:%H:%M}",
        days=_task_days(moment),
        program=escape(program),
        arguments=escape(subprocess.list2cmdline(arguments)),
        folder=escape(str(job.settings.parent)),
    )


def install_task(job: Job, moment: Moment) -> str:
    """Add the task, over an earlier one for the same settings; return a Dutch sentence."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "taak.xml"
        path.write_text(task_entry(job, moment), encoding="utf-16")
        run_program(["schtasks", "/Create", "/TN", job.name, "/XML", str(path), "/F"])
    return f"Klaargezet in Taakplanner als {job.name}."


def remove_task(job: Job) -> str:
    """Delete the task; return a Dutch sentence.

    Whether it exists is looked up in the list of all tasks: error messages depend on the language of Windows.
    """
    if f'"\\{job.name}"' not in run_program(["schtasks", "/Query", "/FO", "CSV", "/NH"]):
        return f"In Taakplanner stond geen taak {job.name}."
    run_program(["schtasks", "/Delete", "/TN", job.name, "/F"])
    return f"Weggehaald uit Taakplanner: de taak {job.name}."


def _task_days(moment: Moment) -> str:
    if moment.day is None:
        return "<ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay>"
    if moment.every is Every.WEEKLY:
        day = f"<DaysOfWeek><{_DAYS[moment.day - 1]} /></DaysOfWeek>"
        return f"<ScheduleByWeek><WeeksInterval>1</WeeksInterval>{day}</ScheduleByWeek>"
    months = "".join(f"<{month} />" for month in _MONTHS)
    day = f"<DaysOfMonth><Day>{moment.day}</Day></DaysOfMonth>"
    return f"<ScheduleByMonth>{day}<Months>{months}</Months></ScheduleByMonth>"


_TASKS = Scheduler(task_entry, install_task, remove_task)
_SYSTEMD = Scheduler(systemd_entry, install_systemd, remove_systemd)
_CRON = Scheduler(cron_entry, install_cron, remove_cron)
_CI = Scheduler(ci_workflow.entry, ci_workflow.install, ci_workflow.remove)
_KINDS = {Kind.SYSTEMD: _SYSTEMD, Kind.CRON: _CRON, Kind.TASKS: _TASKS, Kind.CI: _CI}
