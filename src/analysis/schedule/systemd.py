"""A timer of systemd, of the user herself."""

from __future__ import annotations

import glob
import os
from pathlib import Path

from .. import paths
from ..errors import DataError
from .job import Job
from .running import run
from .times import Moment
from .words import Every

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


def there() -> bool:
    """Whether systemd runs here, and for this user."""
    return Path("/run/systemd/system").is_dir() and "XDG_RUNTIME_DIR" in os.environ


def entry(job: Job, moment: Moment) -> str:
    """Both files, each under a line with its path."""
    return "\n".join(f"# {path}\n{content}" for path, content in files(job, moment).items())


def install(job: Job, moment: Moment) -> str:
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


def remove(job: Job) -> str:
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
