"""The command line: verbs, help and error messages, all in Dutch."""

import gettext
import json
import re
import shutil
from pathlib import Path

import pytest

import made_up_editions
import report_command
from analysis import errors, paths
from analysis.cli import app


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["report", "--jaar", "2019"], "de optie '--jaar' bestaat niet"),
        (["report", "--from-year", "gisteren"], "de waarde bij '--from-year' past niet"),
        (["report", "--from-year", "-5"], "de jaren -5 en 2022 kunnen niet"),
        (["report", "--to-year", "2099"], "de jaren 2019 en 2099 kunnen niet"),
        (["report", "--municipalty", "GM1969"], "Bedoelt u --municipality?"),
        (["report", "--municipality", "groninge"], "GM0014 voor Groningen"),
        (["report", "extra"], "er staat iets te veel: extra"),
        (["diff", "reports"], "'NIEUW' ontbreekt."),
        (["verify"], "'MAP' ontbreekt."),
        (["raport"], "de opdracht 'raport' bestaat niet"),
        (["report", "--municipality", "GM9999"], "'GM9999' is geen gemeente"),
        (["report", "--all", "--municipality", "GM0014"], "kies --all of --municipality, niet allebei"),
        (["status", "--municipality", "GM9999"], "'GM9999' is geen gemeente"),
        (["report", "--raw", __file__], "dit is geen map"),
        (["verify", __file__], "dit is geen map"),
        (["diff", __file__, __file__], "dit is geen map"),
        (["report", "--municipality", "GM1663"], "De Marne (GM1663) bestaat na 2018 niet meer"),
        (["report", "--municipality", "haren"], "Vraag GM0014 (Groningen), waarin deze gemeente is opgegaan"),
        (["report", "--from-year", "2022", "--to-year", "2019"], "Draai ze om: van 2019 tot en met 2022"),
        (["ingest", "--raw", "bestaat-niet"], "deze map bestaat niet"),
        (["verify", "bestaat-niet"], "deze map bestaat niet"),
        (["verify", paths.NOTEBOOKS], "dit is geen rapport: manifest.json ontbreekt"),
        (["diff", paths.NOTEBOOKS, paths.NOTEBOOKS], "dit is geen rapport"),
    ],
)
def test_a_mistake_on_the_command_line_is_told_in_dutch(capsys, arguments, problem):
    assert report_command.command(*arguments) == 2
    assert problem in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["--help"], ["report", "--help"], ["verify", "--help"], ["diff", "--help"]])
def test_help_is_in_dutch(capsys, arguments):
    assert report_command.command(*arguments) == 0
    output = capsys.readouterr().out
    assert "Gebruik:" in output
    assert "Opties:" in output
    assert "Show this message" not in output


def test_what_typer_looks_up_is_in_dutch_and_what_others_look_up_is_left_alone(capsys):
    for arguments in (["--help"], ["report", "--help"], ["chapter", "--help"]):
        report_command.command(*arguments)
    output = capsys.readouterr().out
    assert all(word in output for word in ("Argumenten:", "Opties:", "Opdrachten:", "[standaard:", "[verplicht]"))
    assert not re.search(r"\b(Arguments|Options|Commands|default|required)\b", output)
    assert gettext.gettext("Options") == "Options"


def test_a_name_does_not_command_the_terminal(capsys, tmp_path):
    raw = tmp_path / "raw"
    shutil.copytree(paths.RAW / "geo", raw)
    (raw / "\x1b]0;weg\x07\x9b2J\u202eoverig.csv").write_text("a;b\n1;2\n")
    report_command.command("ingest", "--raw", raw, "--processed", tmp_path / "processed")
    output = "".join(capsys.readouterr())
    assert "overig.csv" in output and not set(output) & set("\x1b\x07\x9b\u202e")


def test_there_is_one_way_to_the_terminal():
    """Text that is printed otherwise would keep its control characters."""
    package = paths.DEFINITIONS.parent
    modules = [path.name for path in package.rglob("*.py") if re.search(r"\becho\(", path.read_text(encoding="utf-8"))]
    assert modules == ["dutch_typer.py"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full")
def test_of_a_full_disk_is_told_which_one(tmp_path):
    (tmp_path / "van").write_text("x")
    with pytest.raises(OSError) as copied:
        shutil.copyfile(tmp_path / "van", "/dev/full")
    with pytest.raises(OSError) as written, paths.named_in_errors(tmp_path / "rapport"):
        Path("/dev/full").write_bytes(b"x")
    copied.value.filename, copied.value.filename2 = tmp_path / "van", "/dev/full"  # as some systems fill them in
    messages = [errors.describe(caught.value)[0] for caught in (copied, written)]
    assert "Fout in /dev/full: de schijf is vol." in messages[0] and "rapport: de schijf is vol." in messages[1]


def test_an_interruption_is_told(monkeypatch, capsys):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(app, "_ingest", interrupted)
    assert report_command.command("ingest") == 130
    assert "Afgebroken" in capsys.readouterr().err


def test_an_ingest_says_what_was_read_and_what_was_skipped(capsys, tmp_path):
    from made_up_exports import typed

    typed(tmp_path / "raw" / "a.csv", {("1.1.1", "GM1969", "2022JJ00"): 36})
    (tmp_path / "raw" / "b.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    folders = ["--raw", str(tmp_path / "raw"), "--processed", str(tmp_path / "processed")]
    assert report_command.command("ingest", *folders) == 0
    assert (tmp_path / "processed" / "observations.parquet").exists()
    output = capsys.readouterr().out
    assert "Overgeslagen: b.csv" in output
    assert "1 bestand gelezen" in output


def test_a_folder_that_is_not_there_is_told_before_anything_else(capsys, tmp_path):
    assert report_command.command("ingest", "--raw", tmp_path / "weg", "--processed", tmp_path / "processed") == 2
    output = capsys.readouterr()
    assert output.out == "" and "weg: deze map bestaat niet" in output.err


def test_the_register_is_updated_by_a_command(capsys, tmp_path):
    file, register = tmp_path / "a.csv", tmp_path / "datapackage.json"
    file.write_text("a;b\n1;2\n", encoding="utf-8")
    entry = {"name": "a", "path": "a.csv", "bytes": 3, "hash": f"sha256:{'0' * 64}", "synthetic": True}
    register.write_text(json.dumps({"resources": [entry]}), encoding="utf-8")
    assert report_command.command("register", "--raw", tmp_path) == 0
    output = capsys.readouterr().out
    assert "Bijgewerkt: a.csv (grootte en controlegetal)" in output and "'synthetic'" in output
    assert json.loads(register.read_text(encoding="utf-8"))["resources"][0]["bytes"] == file.stat().st_size
    assert report_command.command("register", "--raw", tmp_path) == 0
    assert "Er is niets veranderd." in capsys.readouterr().out


def test_an_ingest_may_go_on_without_a_file_that_is_wrong(capsys, tmp_path):
    from made_up_exports import typed

    typed(tmp_path / "raw" / "a.csv", {("1.1.1", "GM1969", "2022JJ00"): 36})
    (tmp_path / "raw" / "b.csv").write_text("", encoding="utf-8")
    folders = ["--raw", str(tmp_path / "raw"), "--processed", str(tmp_path / "processed")]
    assert report_command.command("ingest", *folders) == 2
    assert report_command.command("ingest", *folders, "--keep-going") == 1
    assert "FOUT, telt niet mee: b.csv" in capsys.readouterr().err
    assert (tmp_path / "processed" / "observations.parquet").exists()


def test_a_place_that_cannot_be_written_is_told_before_the_work(capsys, tmp_path):
    (tmp_path / "bezet").write_text("")
    assert report_command.command("report", "--out", tmp_path / "bezet") == 2
    assert "lezen of schrijven lukt niet" in capsys.readouterr().err


@pytest.mark.parametrize(("command", "option"), [("report", "--out"), ("ingest", "--processed")])
@pytest.mark.parametrize("made", ["raw", "raw/uit", "link/uit"])
def test_what_is_made_may_not_lie_among_the_exports(capsys, tmp_path, command, option, made):
    (tmp_path / "raw").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "raw")
    assert report_command.command(command, "--raw", str(tmp_path / "raw"), option, str(tmp_path / made)) == errors.WRONG
    output = capsys.readouterr().err
    assert option in output and "ligt in de map met exports" in output and not list((tmp_path / "raw").iterdir())


def test_verify_ends_with_0_when_a_report_is_whole_and_with_1_when_it_is_not(capsys, tmp_path):
    folder = made_up_editions.report(tmp_path / "rapport")
    assert report_command.command("verify", folder) == 0
    (folder / "index.html").unlink()
    assert report_command.command("verify", folder) == 1
    whole, broken = capsys.readouterr().out.splitlines()
    assert whole.startswith("Het rapport is heel") and "ontbreekt: index.html" in broken


def test_diff_tells_what_changed(capsys, tmp_path):
    old, new = (
        made_up_editions.report(tmp_path / f"{i}", made_up_editions.figure("woon.x.2022", i), inputs=[]) for i in (1, 2)
    )
    assert report_command.command("diff", old, new) == 0
    assert "woninginbraken, Westerkwartier, 2022, Wonen: van 1 naar 2" in capsys.readouterr().out
