"""A workflow for GitHub Actions that refreshes the reports, in the repository of the settings file.

A workflow starts on an empty machine: reports, raw exports and the work folder are passed from one run to the next as
an artifact.
"""

from __future__ import annotations

import shlex
from pathlib import Path

from .. import paths
from ..errors import DataError
from . import settings
from .schedule_job import Every, Job, Moment, job_name

# Pinned by hash: a tag can be moved to other code, which would then run with access to the secrets.
_ACTIONS = {
    "checkout": "actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683  # v4.2.2",
    "python": "actions/setup-python@a26af69be951a213d495a4c3e4e4022e16d87065  # v5.6.0",
    "upload": "actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02  # v4.6.2",
}
_WORKFLOW = """\
# Ververst de veiligheidsanalyse op vaste tijden. Houd deze repository besloten: wat bewaard wordt om rapporten van te
# maken, is meer dan wat erin staat. Geheimen uit verversen.yml staan bij Settings > Secrets, onder dezelfde naam.
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
      - uses: {checkout}
        with:
          persist-credentials: false
      - uses: {python}
        with:
          python-version: "3.12"
      - run: make .venv/installed
      - name: Haal terug wat de vorige keer is bewaard
        env:
          GH_TOKEN: ${{{{ github.token }}}}
        run: |
          # alleen van deze workflow, op deze branch en in deze repository: wat een ander bewaart, telt niet
          keren=$(gh api --method GET "repos/$GITHUB_REPOSITORY/actions/workflows/{name}/runs" \\
            -f branch="$GITHUB_REF_NAME" -F per_page=100 \\
            --jq '.workflow_runs[] | select(.head_repository.id == .repository.id) | .id')
          for keer in $keren; do
            bewaard=$(gh api "repos/$GITHUB_REPOSITORY/actions/runs/$keer/artifacts" \\
              --jq '.artifacts[] | select(.name == "veiligheid") | select(.expired|not) | .id')
            if [ -n "$bewaard" ]; then
              gh run download "$keer" --name veiligheid
              tar -tzf veiligheid.tar.gz --quoting-style=literal > "$RUNNER_TEMP/inhoud"
              for map in .veiligheid {kept}; do
                if grep -qxF "$map/" "$RUNNER_TEMP/inhoud"; then
                  tar -xzf veiligheid.tar.gz --skip-old-files "$map"  # wat in de repository staat, gaat voor
                fi
              done
              break
            fi
          done
      - id: verversen
        run: |
          .venv/bin/veiligheid refresh --settings {settings}
{secrets}      - if: always() && steps.verversen.outcome != 'skipped'
        run: |
          mkdir -p .veiligheid {kept}
          tar -czf veiligheid.tar.gz .veiligheid {kept}
      - if: always() && steps.verversen.outcome != 'skipped'
        uses: {upload}
        with:
          name: veiligheid
          path: veiligheid.tar.gz
          retention-days: 90
"""


def entry(job: Job, moment: Moment) -> str:
    """Return the text of the workflow; its paths are relative to the repository.

    Parameters
    ----------
    job : Job
        Whose settings file is in a git repository.
    moment : Moment
        When to run it, in UTC.

    Returns
    -------
    str
        YAML.

    Raises
    ------
    DataError
        When the settings file, or a folder that it names, is not in a repository.
    """
    top, options = _repository(job), settings.read(job.settings)
    day = "*" if moment.day is None else str(moment.day % 7 if moment.every is Every.WEEKLY else moment.day)
    days = f"{day} * *" if moment.every is Every.MONTHLY else f"* * {day}"
    return _WORKFLOW.format(
        **_ACTIONS,
        cron=f"{moment.time.minute} {moment.time.hour} {days}",
        name=_workflow_path(job).name,
        settings=_relative(top, job.settings),
        secrets=_secrets(options.notify),
        kept=" ".join(_relative(top, folder) for folder in (options.raw, options.out)),
    )


def install(job: Job, moment: Moment) -> str:
    """Write the workflow; return a Dutch sentence. It takes effect once it is committed."""
    content, path = entry(job, moment), _workflow_path(job)
    path.parent.mkdir(parents=True, exist_ok=True)
    paths.write(path, content.encode())
    return f"Geschreven: {paths.display_path(path)}. Zet dit bestand in de repository (git add, commit en push)."


def remove(job: Job) -> str:
    """Remove the workflow, if there is one; return a Dutch sentence."""
    path = _workflow_path(job) if _find_repository(job) else None
    if not path or not path.exists():
        return "In een git-repository stond hiervoor geen workflow."
    path.unlink()
    return f"Weggehaald: {paths.display_path(path)}. Leg dat vast in de repository (git commit en push)."


def _secrets(notify: settings.Notify) -> str:
    """Return the lines that pass the secrets of the settings, to the refresh step only."""
    lines = "".join(f"          {name}: ${{{{ secrets.{name} }}}}\n" for name in sorted(notify.secrets))
    return f"        env:\n{lines}" if lines else ""


def _workflow_path(job: Job) -> Path:
    """Return the path of the workflow; its name depends on the path within the repository, so all clones agree."""
    top = _repository(job)
    return top / ".github" / "workflows" / f"{job_name(_relative(top, job.settings))}.yml"


def _repository(job: Job) -> Path:
    top = _find_repository(job)
    if top is None:
        problem = "dit bestand staat niet in een git-repository."
        raise DataError(
            paths.display_path(job.settings), problem, "Zet het in de repository die het rapport moet maken."
        )
    return top.resolve()


def _find_repository(job: Job) -> Path | None:
    return next((folder for folder in job.settings.parents if (folder / ".git").exists()), None)


def _relative(top: Path, path: Path) -> str:
    """Return a path relative to the repository, quoted for a shell; raise `DataError` when it is outside."""
    try:
        return shlex.quote(path.resolve().relative_to(top).as_posix())
    except ValueError:
        problem = "dit pad ligt buiten de repository."
        raise DataError(
            paths.display_path(path), problem, "Kies een map in de repository, zoals 'data/echt'."
        ) from None
