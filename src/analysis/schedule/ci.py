"""A workflow for GitHub Actions, in the repository that the settings stand in.

A workflow starts on an empty machine: reports, raw exports and what is kept are handed from one run to the next.
"""

from __future__ import annotations

import shlex
from pathlib import Path

from .. import paths
from ..errors import DataError
from ..refresh import settings
from .job import Job
from .times import Moment
from .words import Every

_WORKFLOW = """\
# Ververst de veiligheidsanalyse op vaste tijden. Houd deze repository besloten: wat bewaard wordt om rapporten van te
# maken, is meer dan wat erin staat. Geheimen uit verversen.yml staan bij Settings > Secrets; noem ze hieronder bij env.
name: veiligheid verversen
on:
  schedule:
    - cron: "{cron}"  # in UTC: in Nederland een uur later, en in de zomer twee
  workflow_dispatch:
concurrency:
  group: veiligheid-verversen
permissions:
  contents: read
  actions: read
jobs:
  verversen:
    runs-on: ubuntu-latest
    timeout-minutes: 180
    env:
      VEILIGHEID_WORK: ${{{{ github.workspace }}}}/.veiligheid
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: make .venv/installed
      - name: Haal terug wat de vorige keer is bewaard
        env:
          GH_TOKEN: ${{{{ github.token }}}}
        run: |
          vorige=$(gh api "repos/$GITHUB_REPOSITORY/actions/artifacts?name=veiligheid&per_page=1" \\
            --jq '.artifacts[0].workflow_run.id // empty')
          if [ -n "$vorige" ]; then
            gh run download "$vorige" --name veiligheid
            tar -xzf veiligheid.tar.gz --skip-old-files  # wat in de repository staat, gaat voor
          fi
      - id: verversen
        run: .venv/bin/veiligheid refresh --settings {settings}
      - if: always() && steps.verversen.outcome != 'skipped'
        run: tar -czf veiligheid.tar.gz .veiligheid {kept}
      - if: always() && steps.verversen.outcome != 'skipped'
        uses: actions/upload-artifact@v4
        with:
          name: veiligheid
          path: veiligheid.tar.gz
          retention-days: 90
"""


def entry(job: Job, moment: Moment) -> str:
    """The workflow; its paths are those within the repository."""
    top, asked = _repository(job), settings.read(job.settings)
    day = "*" if moment.day is None else str(moment.day % 7 if moment.every is Every.WEEKLY else moment.day)
    days = f"{day} * *" if moment.every is Every.MONTHLY else f"* * {day}"
    return _WORKFLOW.format(
        cron=f"{moment.time.minute} {moment.time.hour} {days}",
        settings=_within(top, job.settings),
        kept=" ".join(_within(top, folder) for folder in (asked.raw, asked.out)),
    )


def install(job: Job, moment: Moment) -> str:
    """Write the workflow; it works once it is committed."""
    content, path = entry(job, moment), _place(job)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return f"Geschreven: {paths.shown(path)}. Zet dit bestand in de repository (git add, commit en push)."


def remove(job: Job) -> str:
    """Remove the workflow."""
    path = _place(job)
    path.unlink(missing_ok=True)
    return f"Weggehaald: {paths.shown(path)}. Leg dat vast in de repository (git commit en push)."


def _place(job: Job) -> Path:
    return _repository(job) / ".github" / "workflows" / f"{job.name}.yml"


def _repository(job: Job) -> Path:
    found = next((folder for folder in job.settings.parents if (folder / ".git").exists()), None)
    if found is None:
        problem = "dit bestand staat niet in een git-repository."
        raise DataError(paths.shown(job.settings), problem, "Zet het in de repository die het rapport moet maken.")
    return found.resolve()


def _within(top: Path, path: Path) -> str:
    """A path in the repository, as a shell takes it.

    Raises
    ------
    DataError
        When it stands elsewhere.
    """
    try:
        return shlex.quote(path.resolve().relative_to(top).as_posix())
    except ValueError:
        problem = "dit pad ligt buiten de repository."
        raise DataError(paths.shown(path), problem, "Kies een map in de repository, zoals 'data/echt'.") from None
