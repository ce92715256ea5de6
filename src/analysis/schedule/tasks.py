"""A task in the Task Scheduler of Windows."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape

from .job import Job
from .running import run
from .times import Moment
from .words import Every

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


def there() -> bool:
    """Whether this is Windows."""
    return shutil.which("schtasks") is not None


def entry(job: Job, moment: Moment) -> str:
    """The task as XML. Variables are those of the user, which Windows gives to every task of hers."""
    program, *arguments = job.command
    return _TASK.format(
        time=f"{moment.time:%H:%M}",
        days=_days(moment),
        program=escape(program),
        arguments=escape(subprocess.list2cmdline(arguments)),
        folder=escape(str(job.settings.parent)),
    )


def install(job: Job, moment: Moment) -> str:
    """Hand the task to the Task Scheduler, in the place of the one that was there for the same settings."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "taak.xml"
        path.write_text(entry(job, moment), encoding="utf-16")
        run(["schtasks", "/Create", "/TN", job.name, "/XML", str(path), "/F"])
    return f"Klaargezet in Taakplanner als {job.name}."


def remove(job: Job) -> str:
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
