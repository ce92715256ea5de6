"""`analysis.refresh.schedulers` and `ci_workflow`: their entries; `test_cron` installs one for real."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from datetime import time
from pathlib import Path

import pytest
import yaml

from analysis.cli import app
from analysis.errors import DataError
from analysis.refresh import ci_workflow, schedule_job, schedulers
from analysis.refresh.schedule_job import Every, Job, Kind, Moment, parse_moment, refresh_job

ODD = "/data/oov & co/100% \"zeker\" 'ja' $HOME \\n"
JOB = Job(Path(f"{ODD}/veiligheid"), Path(f"{ODD}/verversen.yml"), {"VEILIGHEID_WORK": f"{ODD}/werk"})
SIXTEENTH = Moment(Every.MONTHLY, time(6), 16)
MONDAY = Moment(Every.WEEKLY, time(6, 30), 1)
DAILY = Moment(Every.DAILY, time(23, 5))
_NONE = "echo 'no crontab for oov' >&2; exit 1"
SETTINGS = "municipalities: [GM1969]\nfirst_year: 2019\nlast_year: 2022\nraw: data/echt\nout: mijn rapporten\n"
SECRETS = """\
notify:
  mail:
    {host: smtp.voorbeeld.nl, sender: a@voorbeeld.nl, to: [b@voorbeeld.nl], user: a, password_variable: OOV_WACHTWOORD}
  webhook: {address_variable: OOV_WEBHOOK}
"""


def run(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["veiligheid", "schedule", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        app.main()
    return ended.value.code


@pytest.fixture
def settings(tmp_path):
    path = tmp_path / "verversen.yml"
    path.write_text(SETTINGS, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("every", "at", "moment"),
    [
        ("monthly", None, SIXTEENTH),
        ("monthly", "1 00:00", Moment(Every.MONTHLY, time(0), 1)),
        ("monthly", " 28 23:59", Moment(Every.MONTHLY, time(23, 59), 28)),
        ("weekly", "Ma 06:30", MONDAY),
        ("weekly", "zo 06:00", Moment(Every.WEEKLY, time(6), 7)),
        ("daily", "23:05", DAILY),
    ],
)
def test_a_moment_is_read(every, at, moment):
    assert parse_moment(Every(every), at) == moment


@pytest.mark.parametrize(
    ("every", "at"),
    [
        ("monthly", "29 06:00"), ("monthly", "0 06:00"), ("monthly", "06:00"), ("monthly", "16 24:00"),
        ("monthly", "16 6:00"), ("weekly", "16 06:00"), ("weekly", "mon 06:00"), ("daily", "ma 06:00"),
        ("daily", "06:60"), ("daily", ""),
    ],
)  # fmt: skip
def test_a_moment_that_cannot_be_is_told_with_an_example(every, at):
    with pytest.raises(DataError) as caught:
        parse_moment(Every(every), at)
    example = str(caught.value).rpartition(f"--every {every} --at ")[2].rstrip(".").strip('"')
    assert f"'{at}' past niet bij --every {every}" in str(caught.value) and parse_moment(Every(every), example)


@pytest.mark.parametrize(("moment", "when"), [(SIXTEENTH, "0 6 16 * *"), (MONDAY, "30 6 * * 1"), (DAILY, "5 23 * * *")])
def test_cron_gets_a_line(moment, when):
    assert schedulers.cron_entry(JOB, moment).startswith(f"{when} VEILIGHEID_WORK=")


def test_a_shell_under_cron_gets_what_was_meant(tmp_path):
    """Cron removes the backslash before a percent sign; without one the command would end there."""
    program = tmp_path / "100% ja & 'nee'" / "veiligheid"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\nimport os, sys\nprint(sys.argv[1:], os.environ['VEILIGHEID_WORK'])\n")
    program.chmod(0o755)
    odd = Job(program, program.with_name("verversen.yml"), {"VEILIGHEID_WORK": ODD})
    line = schedulers.cron_entry(odd, DAILY)
    assert line.count("%") == line.count(r"\%") and line.count("\n") == 1
    command = line.split(" ", 5)[5].replace(r"\%", "%")
    assert subprocess.run(["/bin/sh", "-c", command], check=True, capture_output=True).stdout == b""
    assert odd.log.read_text() == f"{['refresh', '--settings', str(odd.settings)]} {ODD}\n"


@pytest.fixture
def crontab(monkeypatch, tmp_path):
    """A crontab in a file instead of the user's own."""
    path = tmp_path / "crontab.txt"
    script = tmp_path / "bin" / "crontab"
    script.parent.mkdir()
    script.write_text(
        f'#!/bin/sh\nif [ "$1" != -l ]; then cat > {path}; elif [ -f {path} ]; then cat {path}; else {_NONE}; fi\n'
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{script.parent}{os.pathsep}{os.environ['PATH']}")
    return path


def test_a_crontab_keeps_its_other_lines(crontab):
    theirs = "# mijn taken\n0 1 * * * /usr/bin/backup # veiligheid\n\n0 2 * * * echo 'a\fb\u2028c\x85d'\nMAILTO=ik\n"
    crontab.write_text(theirs, encoding="utf-8")
    second = Job(JOB.program, Path("/elders/verversen.yml"))
    for moment in (SIXTEENTH, SIXTEENTH, DAILY):
        schedulers.install_cron(JOB, moment)
    schedulers.install_cron(second, MONDAY)
    assert crontab.read_text(encoding="utf-8") == theirs + schedulers.cron_entry(JOB, DAILY) + schedulers.cron_entry(
        second, MONDAY
    )
    for _ in range(2):
        schedulers.remove_cron(JOB)
    assert crontab.read_text() == theirs + schedulers.cron_entry(second, MONDAY)


def test_the_same_settings_by_another_path_are_the_same_job(settings, tmp_path):
    (link := tmp_path / "snel.yml").symlink_to(settings)
    (tmp_path / "map").mkdir()
    paths = (settings, tmp_path / "map" / ".." / settings.name, link)
    assert len({refresh_job(path).name for path in paths}) == 1


def test_who_has_no_crontab_gets_one(crontab):
    schedulers.install_cron(JOB, DAILY)
    assert crontab.read_text() == schedulers.cron_entry(JOB, DAILY)


def test_a_crontab_that_cannot_be_read_is_not_replaced(crontab):
    script, theirs = crontab.parent / "bin" / "crontab", "0 1 * * * /usr/bin/backup\n"
    crontab.write_text(theirs)
    script.write_text(script.read_text().replace(f"cat {crontab};", "echo 'stuk' >&2; exit 1;"))
    for change in (lambda: schedulers.install_cron(JOB, DAILY), lambda: schedulers.remove_cron(JOB)):
        with pytest.raises(DataError, match="stuk"):
            change()
    assert crontab.read_text() == theirs


def test_a_crontab_that_is_refused_is_told(crontab, monkeypatch, capsys, settings):
    (crontab.parent / "bin" / "crontab").write_text('#!/bin/sh\necho "mag niet" >&2\nexit 1\n')
    assert run(monkeypatch, "--kind", "cron", "--install", "--settings", settings) == 2
    assert "mag niet" in capsys.readouterr().err


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not here")
@pytest.mark.parametrize("moment", [SIXTEENTH, MONDAY, DAILY])
def test_systemd_understands_the_timer(moment, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    _, timer = schedulers.systemd_files(JOB, moment).values()
    calendar = timer.partition("OnCalendar=")[2].partition("\n")[0]
    assert subprocess.run(["systemd-analyze", "calendar", calendar], capture_output=True, check=False).returncode == 0
    program = tmp_path / "een $HOME" / "veiligheid"
    program.parent.mkdir()
    shutil.copy("/bin/true", program)
    good = Job(program, JOB.settings, JOB.environment)
    for path, content in schedulers.systemd_files(good, moment).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        verified = subprocess.run(
            ["systemd-analyze", "--man=no", "verify", path], capture_output=True, text=True, check=False
        )
        assert str(path.name) not in verified.stderr, verified.stderr


def test_systemd_gets_every_odd_character_back():
    """According to systemd.service(5): quoted words, C escapes, ``%%`` for ``%``, and ``$$`` for ``$`` in arguments."""
    line = next(word for word in schedulers.systemd_entry(JOB, DAILY).splitlines() if word.startswith("ExecStart="))
    assert "%" not in line.replace("%%", "")
    program, *arguments = shlex.split(line.removeprefix("ExecStart=").replace("%%", "%"))
    assert not any("$" in word.replace("$$", "") for word in arguments)
    assert [program, *(word.replace("$$", "$") for word in arguments)] == JOB.command


def test_systemd_is_told_what_is_new_and_what_is_gone(monkeypatch, tmp_path):
    asked = []
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr(schedulers, "run_program", lambda command, **_: asked.append(command[2:]))
    for _ in range(2):
        schedulers.install_systemd(JOB, SIXTEENTH)
    folder = tmp_path / "systemd" / "user"
    assert sorted(path.name for path in folder.iterdir()) == [f"{JOB.name}.service", f"{JOB.name}.timer"]
    assert asked[:2] == [["daemon-reload"], ["enable", "--now", f"{JOB.name}.timer"]]
    assert "Weggehaald" in schedulers.remove_systemd(JOB)
    assert not list(folder.iterdir()) and asked[-1] == ["daemon-reload"]
    assert "stond geen timer" in schedulers.remove_systemd(JOB)


def test_a_timer_that_cannot_be_started_leaves_nothing(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr(schedulers, "_CONTROL", ["false"])
    with pytest.raises(DataError, match="dit lukte niet"):
        schedulers.install_systemd(JOB, SIXTEENTH)
    assert not list((tmp_path / "systemd" / "user").iterdir())


def test_secrets_are_found_in_a_folder_that_looks_like_a_pattern():
    entry = schedulers.systemd_entry(Job(JOB.program, Path("/oov/[2026]/verversen.yml")), DAILY)
    assert "EnvironmentFile=-/oov/[[]2026]/verversen.env\n" in entry


def test_a_timer_that_cannot_be_stopped_is_not_told_as_removed(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr(schedulers, "run_program", lambda *_: "")
    schedulers.install_systemd(JOB, SIXTEENTH)
    monkeypatch.setattr(schedulers, "_CONTROL", ["false"])
    monkeypatch.setattr(schedulers, "run_program", schedule_job.run_program)
    with pytest.raises(DataError, match="dit lukte niet"):
        schedulers.remove_systemd(JOB)
    assert len(list((tmp_path / "systemd" / "user").iterdir())) == 2


@pytest.fixture
def schtasks(monkeypatch, tmp_path):
    """A Task Scheduler that has our task; while the file ``vast`` exists, it refuses to delete it."""
    script = tmp_path / "bin" / "schtasks"
    script.parent.mkdir(exist_ok=True)
    script.write_text(
        f"#!/bin/sh\ncd {tmp_path}\ncase $1 in /Query) cat taken;; "
        "/Delete) if [ -f vast ]; then echo 'Toegang geweigerd' >&2; exit 1; fi; : > taken;; esac\n"
    )
    script.chmod(0o755)
    (tmp_path / "taken").write_text(f'"\\{JOB.name}","16-12-2026 06:00:00","Gereed"\n')
    monkeypatch.setenv("PATH", f"{script.parent}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


def test_a_task_is_told_as_removed_only_when_it_is(schtasks):
    (schtasks / "vast").touch()
    with pytest.raises(DataError, match="Toegang geweigerd"):
        schedulers.remove_task(JOB)
    (schtasks / "vast").unlink()
    assert "Weggehaald" in schedulers.remove_task(JOB)
    assert "stond geen taak" in schedulers.remove_task(JOB)


@pytest.mark.parametrize(("moment", "what"), [(SIXTEENTH, "Month"), (MONDAY, "Week"), (DAILY, "Day")])
def test_windows_gets_a_task_that_is_xml(moment, what):
    """Only the form is tested: no Windows is available to run it."""
    space = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
    task = ET.fromstring(schedulers.task_entry(JOB, moment).partition("\n")[2])
    assert task.find(f".//{space}ScheduleBy{what}") is not None
    assert task.find(f".//{space}Command").text == str(JOB.program)
    assert task.find(f".//{space}Arguments").text.startswith("refresh --settings ")
    assert task.find(f".//{space}StartBoundary").text.endswith(f"T{moment.time:%H:%M}:00")
    assert task.find(f".//{space}MultipleInstancesPolicy").text == "IgnoreNew"


@pytest.fixture
def repository(tmp_path, settings):
    (tmp_path / ".git").mkdir()
    return Job(JOB.program, settings)


@pytest.mark.parametrize(("moment", "when"), [(SIXTEENTH, "0 6 16 * *"), (MONDAY, "30 6 * * 1"), (DAILY, "5 23 * * *")])
def test_a_workflow_is_yaml_and_hands_on_what_is_kept(repository, moment, when):
    flow = yaml.safe_load(ci_workflow.entry(repository, moment))
    assert flow[True]["schedule"] == [{"cron": when}]  # YAML reads 'on' as true; GitHub does not
    steps = flow["jobs"]["verversen"]["steps"]
    commands = [step["run"] for step in steps if "run" in step]
    assert "refresh --settings verversen.yml" in commands[2]
    assert "'mijn rapporten'" in commands[3] and "data/echt" in commands[3]
    for command in commands:
        subprocess.run(["/bin/sh", "-n", "-c", command], check=True)


def test_a_workflow_is_written_and_removed(repository):
    for _ in range(2):
        assert "git add" in ci_workflow.install(repository, SIXTEENTH)
    (path,) = (repository.settings.parent / ".github" / "workflows").iterdir()
    assert path.read_text(encoding="utf-8") == ci_workflow.entry(repository, SIXTEENTH)
    assert "Weggehaald" in ci_workflow.remove(repository) and not path.exists()
    assert "stond hiervoor geen workflow" in ci_workflow.remove(repository)


def test_two_copies_of_a_repository_have_one_workflow(repository, tmp_path):
    shutil.copytree(tmp_path, copy := tmp_path / "kopie")
    ci_workflow.install(repository, SIXTEENTH)
    ci_workflow.install(Job(JOB.program, copy / repository.settings.name), SIXTEENTH)
    (original,), (copied,) = ([*(top / ".github" / "workflows").iterdir()] for top in (tmp_path, copy))
    assert original.name == copied.name and original.read_bytes() == copied.read_bytes()


def step(job, field, text):
    steps = yaml.safe_load(ci_workflow.entry(job, SIXTEENTH))["jobs"]["verversen"]["steps"]
    return next(step for step in steps if text in step.get(field, ""))


def test_a_workflow_names_the_secrets_that_the_settings_name(repository):
    assert "env" not in step(repository, "run", "veiligheid refresh")
    repository.settings.write_text(SETTINGS + SECRETS, encoding="utf-8")
    assert step(repository, "run", "veiligheid refresh")["env"] == {
        "OOV_WACHTWOORD": "${{ secrets.OOV_WACHTWOORD }}",
        "OOV_WEBHOOK": "${{ secrets.OOV_WEBHOOK }}",
    }
    assert step(repository, "uses", "checkout")["with"] == {"persist-credentials": False}


def test_a_workflow_runs_the_code_of_others_by_its_hash(repository):
    steps = yaml.safe_load(ci_workflow.entry(repository, SIXTEENTH))["jobs"]["verversen"]["steps"]
    used = [action["uses"] for action in steps if "uses" in action]
    assert used and all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", action) for action in used)


def test_a_workflow_takes_back_its_own_folders_and_nothing_else(repository, monkeypatch, tmp_path):
    """The newest run has no artifact; `gh` is a script that answers as GitHub would."""
    repository.settings.write_text(SETTINGS.replace("data/echt", "'map #1'"), encoding="utf-8")
    kept, machine, programs = (tmp_path / name for name in ("bewaard", "computer", "bin"))
    for folder in (kept, machine, programs):
        folder.mkdir()
    gh = programs / "gh"
    gh.write_text(
        f'#!/bin/sh\ncase "$*" in *workflows/veiligheid-*.yml/runs*) echo "9 7";; *runs/9/artifacts*) ;; '
        f"*runs/7/artifacts*) echo 1;; *download*7*) cp '{kept}/veiligheid.tar.gz' .;; *) exit 1;; esac\n"
    )
    gh.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("RUNNER_TEMP", str(tmp_path))
    (kept / "map #1").mkdir()
    (kept / "map #1" / "cijfers.csv").write_text("oud")
    shell(step(repository, "run", "tar -czf")["run"], kept)
    subprocess.run(
        ["sh", "-c", "echo x > Makefile; gunzip *.gz; tar -rf *.tar Makefile; gzip *.tar"], cwd=kept, check=True
    )
    shell(step(repository, "run", "gh run download")["run"], machine)
    assert (machine / "map #1" / "cijfers.csv").read_text() == "oud"
    assert sorted(path.name for path in machine.iterdir()) == [
        ".veiligheid", "map #1", "mijn rapporten", "veiligheid.tar.gz",
    ]  # fmt: skip


def shell(command, folder):
    """Run a command as GitHub does."""
    subprocess.run(["bash", "-e", "-c", command], cwd=folder, check=True)


def test_a_workflow_cannot_reach_outside_its_repository(repository):
    repository.settings.write_text(SETTINGS.replace("data/echt", "/elders"), encoding="utf-8")
    with pytest.raises(DataError, match="buiten de repository"):
        ci_workflow.entry(repository, SIXTEENTH)


def test_settings_outside_a_repository_have_no_workflow(settings):
    with pytest.raises(DataError, match="niet in een git-repository"):
        ci_workflow.entry(Job(JOB.program, settings), SIXTEENTH)


def test_what_is_there_is_chosen(monkeypatch):
    for check in ("has_task_scheduler", "has_systemd", "has_cron"):
        monkeypatch.setattr(schedulers, check, lambda: False)
    with pytest.raises(DataError, match="Kies zelf: systemd, cron, taken, ci"):
        schedulers.choose_scheduler(None).entry(JOB, DAILY)
    monkeypatch.setattr(schedulers, "has_cron", lambda: True)
    assert schedulers.choose_scheduler(None).entry(JOB, DAILY) == schedulers.cron_entry(JOB, DAILY)
    assert schedulers.choose_scheduler(Kind.TASKS).entry is schedulers.task_entry


def test_an_entry_is_taken_away_wherever_it_was_put(monkeypatch, capsys, crontab, schtasks, settings):
    """The first available scheduler is not the one that was chosen; one that fails does not stop the others."""
    monkeypatch.setattr(schedulers, "has_systemd", lambda: False)
    for denied, code in ((False, 0), (True, 2)):
        assert run(monkeypatch, "--kind", "cron", "--install", "--settings", settings) == 0
        if denied:
            (schtasks / "taken").write_text(f'"\\{refresh_job(settings).name}"')
            (schtasks / "vast").touch()
        capsys.readouterr()
        assert run(monkeypatch, "--remove", "--settings", settings) == code
        output = capsys.readouterr()
        assert "Weggehaald uit de crontab" in (output.err if denied else output.out) and crontab.read_text() == ""
        assert ("Toegang geweigerd" in output.err) if denied else ("stond geen taak" in output.out)


def test_an_entry_is_shown_and_nothing_installed(monkeypatch, capsys, crontab, settings):
    assert run(monkeypatch, "--kind", "cron", "--settings", settings) == 0
    output = capsys.readouterr().out
    assert output.startswith("0 6 16 * * ") and str(settings) in output and not crontab.exists()


def test_what_cannot_be_is_told_before_anything_is_installed(monkeypatch, capsys, crontab, settings):
    assert run(monkeypatch, "--kind", "cron", "--install", "--settings", settings.with_name("weg.yml")) == 2
    assert run(monkeypatch, "--kind", "cron", "--install", "--remove", "--settings", settings) == 2
    assert run(monkeypatch, "--kind", "at", "--settings", settings) == 2
    assert run(monkeypatch, "--every", "hourly", "--settings", settings) == 2
    errors = capsys.readouterr().err
    assert "weg.yml" in errors and "niet allebei" in errors and not crontab.exists()
    assert "een van 'systemd', 'cron', 'taken', 'ci'" in errors and "een van 'monthly', 'weekly', 'daily'" in errors


def test_an_entry_is_taken_away_though_its_settings_are_gone(monkeypatch, crontab, settings):
    assert run(monkeypatch, "--kind", "cron", "--install", "--settings", settings) == 0
    settings.unlink()
    assert crontab.read_text() and run(monkeypatch, "--kind", "cron", "--remove", "--settings", settings) == 0
    assert crontab.read_text() == ""


def test_an_entry_takes_along_what_it_cannot_find_out(monkeypatch, tmp_path, settings):
    """Cron runs in another folder, and looks for programs in only two."""
    chromium = tmp_path / "chromium"
    chromium.write_text("")
    chromium.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VEILIGHEID_WORK", "werk")
    monkeypatch.setenv("VEILIGHEID_CHROMIUM", "./chromium")
    monkeypatch.setattr(sys, "argv", ["veiligheid"])
    job = refresh_job(Path("verversen.yml"))
    assert job.settings == settings and job.program == Path(sys.executable).with_name("veiligheid")
    assert job.environment == {"VEILIGHEID_WORK": str(tmp_path / "werk"), "VEILIGHEID_CHROMIUM": str(chromium)}


def test_a_path_that_no_entry_can_hold_is_told(tmp_path):
    with pytest.raises(DataError, match="teken dat niet kan"):
        refresh_job(tmp_path / "a\nb" / "verversen.yml")
