"""The sample exports: reproducible, registered, calibrated, and consistent as the publishers' tables are."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis import paths

pytestmark = pytest.mark.slow

ROOT = paths.PROJECT
RAW = ROOT / "data" / "raw"
PACKAGE: dict[str, Any] = json.loads((RAW / "datapackage.json").read_text(encoding="utf-8"))
RESOURCES = PACKAGE["resources"]
WITHHELD = ["1.4.1", "3.2.1", "3.2.2", "3.7.3"]
WHOLE_PREDECESSORS = ["GM0015", "GM0022", "GM0025", "GM0056"]


def paths(table: str) -> list[Path]:
    """Return the exports of a table, without those of municipalities that only serve for comparison."""
    ours = [entry for entry in RESOURCES if "vergelijkbare grootte" not in entry["title"]]
    return [RAW / entry["path"] for entry in ours if entry["table"] == table]


def police(table: str) -> pd.DataFrame:
    """Return all exports of a police table as code, region, period and count."""
    frame = pd.concat(pd.read_csv(path, sep=";", encoding="utf-8-sig", dtype=str) for path in paths(table))
    frame.columns = pd.Index(["id", "code", "region", "period", "count"])
    frame["count"] = frame["count"].str.strip().astype(int)
    return frame.assign(code=frame["code"].str.strip(), region=frame["region"].str.strip())


@pytest.fixture(scope="module")
def crimes() -> pd.DataFrame:
    return police("47013NED")


@pytest.fixture(scope="module")
def nuisance() -> pd.DataFrame:
    return police("47021NED")


@pytest.fixture(scope="module")
def delivery() -> pd.DataFrame:
    """E33 by former municipality; counts are text, because of the thousands dot."""
    names = ["name", "code", *range(2012, 2019), *(f"rate_{year}" for year in range(2012, 2019))]
    path = RAW / "politie" / "levering_E33_gemeenten_2012_2018.csv"
    frame = pd.read_csv(path, sep=";", encoding="utf-8-sig", header=None, names=names, dtype=str)
    return frame.set_index("code")


@pytest.fixture(scope="module")
def ballots() -> pd.DataFrame:
    """All ballots, one row per vote."""
    text, workbook = paths("stembriefjes")
    wide = pd.concat([pd.read_csv(text, sep=";", encoding="utf-8-sig"), pd.read_excel(workbook)])
    return wide.melt(["stemmer", "dorp"], value_name="thema").dropna(subset="thema")


def test_generating_again_gives_the_same_bytes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "samples", str(tmp_path)], cwd=ROOT, check=True)
    generated = [entry["path"] for entry in RESOURCES] + ["datapackage.json"]
    assert sorted(generated) == sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*.*"))
    assert [name for name in generated if (tmp_path / name).read_bytes() != (RAW / name).read_bytes()] == []


@pytest.mark.parametrize("entry", RESOURCES, ids=lambda entry: str(entry["name"]))
def test_register_tells_what_each_file_is(entry: dict[str, Any]) -> None:
    data = (RAW / entry["path"]).read_bytes()
    real = Path(entry["path"]).stem in ("statements", "facts", "goals", "priorities", "plan", "dashboard")
    assert entry["synthetic"] is not real
    assert ("overgenomen" if real else "nagemaakt") in entry["sources"][0]["title"]
    assert entry["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
    assert entry["bytes"] == len(data) <= 3_500_000


def test_register_is_complete_and_small() -> None:
    assert "GEEN ECHTE CIJFERS" in PACKAGE["description"]
    assert sum(entry["bytes"] for entry in RESOURCES) <= 8_000_000
    assert len({entry["name"] for entry in RESOURCES}) == len(RESOURCES)
    surveys = {"83648NED", "81877NED", "85146NED", "nvi"}
    others = {"47018NED", "kerncijfers_wijken_buurten", "BRON", "STAR", "gebiedsgrenzen"}
    asked = {"verwijzingen", "alarmeringen", "jaarwisseling", "beleidsdocument"}
    votes = {"stembriefjes", "turflijst", "stemkaart"}
    assert {"47013NED", "47021NED", "70072ned", "levering", *votes, *surveys, *others, *asked} == {
        entry["table"] for entry in RESOURCES
    }


@pytest.mark.parametrize(("table", "codes"), [("47013NED", 59), ("47021NED", 9)])
def test_police_tables_are_full_grids(table: str, codes: int) -> None:
    frame = police(table)
    assert len(frame) == codes * 12 * 12 * 13 == len(frame.drop_duplicates(["code", "region", "period"]))
    assert frame["id"].is_unique


def test_police_flavours() -> None:
    typed = paths("47013NED")[0].read_text(encoding="utf-8").splitlines()
    assert typed[0] == '\ufeff"ID";"SoortMisdrijf";"RegioS";"Perioden";"GeregistreerdeMisdrijven_1"'
    assert typed[1].startswith('0;"0.0.0 ";"NL01  ";"2012MM01";')
    untyped = paths("47021NED")[0].read_text(encoding="utf-8").splitlines()
    assert {len(line.split(";")[-1]) for line in untyped[1:]} == {10}  # eight characters between quotes


@pytest.mark.parametrize("table", ["47013NED", "47021NED"])
def test_details_add_up_to_the_total_of_each_year(table: str) -> None:
    frame = police(table)
    years = frame[frame["period"].str.endswith("JJ00")].assign(total=lambda f: f["code"] == "0.0.0")
    sums = years.groupby(["region", "period", "total"])["count"].sum().unstack()
    assert (sums[True] == sums[False]).all()


def test_withheld_codes_stand_as_zero_in_months(crimes: pd.DataFrame) -> None:
    year, month = crimes["period"].str[:4].rename("year"), crimes["period"].str.contains("MM")
    sums = crimes.groupby(["code", "region", year, month])["count"].sum().unstack()
    whole, parts = sums[False], sums[True]
    withheld = whole.index.get_level_values("code").isin(WITHHELD)
    assert (whole[~withheld] == parts[~withheld]).all()
    assert parts[withheld].sum() == 0 < whole[withheld].sum()


@pytest.mark.parametrize("table", ["47013NED", "47021NED"])
def test_municipalities_fit_in_the_province_and_the_country(table: str) -> None:
    wide = police(table).pivot(index=["code", "period"], columns="region", values="count")
    rest = wide["PV20"] - wide.filter(like="GM").sum(axis=1)
    assert (rest >= 0).all() and (wide["PV20"] <= wide["NL01"]).all()
    years = wide.xs("0.0.0").filter(like="JJ00", axis=0).index
    assert (rest.xs("0.0.0")[years] / wide.xs("0.0.0")["PV20"][years]).between(0.001, 0.01).all()


def test_published_figures_of_onbegrepen_gedrag(nuisance: pd.DataFrame, delivery: pd.DataFrame) -> None:
    e33 = nuisance[nuisance["code"] == "E33"].set_index(["region", "period"])["count"]
    assert [e33["GM1969", f"{year}JJ00"] for year in (2017, 2019, 2022)] == [137, 242, 395]
    assert e33["NL01", "2019JJ00"] == pytest.approx(99_662, rel=0.02)
    assert e33["NL01", "2022JJ00"] == pytest.approx(138_807, rel=0.02)
    assert delivery.loc[WHOLE_PREDECESSORS, 2017].astype(int).sum() == 135


def test_wider_registration_starts_in_march_2020(nuisance: pd.DataFrame) -> None:
    e33 = nuisance[nuisance["code"] == "E33"].set_index(["region", "period"])["count"]
    country, local = e33["NL01"], e33["GM1969"]
    before, after = ["2020MM01", "2020MM02"], ["2020MM03", "2020MM04"]
    assert country[after].sum() / country[before].sum() == pytest.approx(1.2, abs=0.08)
    months = range(3, 13)
    later, earlier = ([f"{year}MM{month:02}" for month in months] for year in (2020, 2019))
    assert local[later].sum() > local[earlier].sum()


def test_corona_years_stand_out_in_jeugdoverlast(nuisance: pd.DataFrame) -> None:
    e35 = nuisance[nuisance["code"] == "E35"].set_index(["region", "period"])["count"]
    for region in ("NL01", "GM1969"):
        assert e35[region]["2020JJ00"] > 1.4 * e35[region]["2019JJ00"]
        assert e35[region]["2021JJ00"] > 1.2 * e35[region]["2022JJ00"]


def test_delivery_agrees_with_the_open_table(nuisance: pd.DataFrame, delivery: pd.DataFrame) -> None:
    years = list(range(2012, 2019))
    counts = delivery[years].apply(lambda column: column.str.replace(".", "").astype(int))
    open_table = nuisance[(nuisance["code"] == "E33") & nuisance["period"].str.endswith("JJ00")]
    per_region = open_table.set_index(["region", "period"])["count"]
    groningen = counts.loc[["GM0014", "GM0017", "GM0009"]].sum()
    assert groningen.tolist() == [per_region["GM0014", f"{year}JJ00"] for year in years]
    both = counts.loc[[*WHOLE_PREDECESSORS, "GM0053", "GM0005", "GM1651", "GM1663"]].sum()
    today = per_region["GM1969"] + per_region["GM1966"]  # Winsum went to both
    assert both.tolist() == [today[f"{year}JJ00"] for year in years]
    assert "." in delivery.loc["GM0014", 2018]  # the thousands dot that readers trip over


def test_incident_delivery_follows_the_herindeling() -> None:
    path = RAW / "politie" / "levering_incidenten_2012_2023.csv"
    assert path.read_bytes().count(b"\r\n") == path.read_bytes().count(b"\n")
    frame = pd.read_csv(path, sep=";", encoding="cp1252")
    assert set(frame["Incidentcode"]) == {"burenruzie", "E14"}
    assert frame["Omschrijving"].str.contains("–").any()  # only right when read as cp1252
    years = frame.groupby("Gemeentecode")["Jaar"].agg(["min", "max"])
    assert years.loc["GM1969"].tolist() == [2019, 2023]
    assert (years.drop("GM1969") == [2012, 2018]).all(axis=None) and len(years) == 6


def test_population_holds_each_municipality_while_it_existed() -> None:
    frame = pd.read_csv(paths("70072ned")[0], sep=";", encoding="utf-8-sig")
    counts = frame.set_index([frame["RegioS"].str.strip(), frame["Perioden"].str[:4].astype(int)]).iloc[:, -1]
    assert counts["GM1969"].loc[[2019, 2022]].tolist() == [63180, 64626]
    assert counts["GM1969"].index.min() == 2019 and counts["GM0053"].index.max() == 2018
    assert counts["GM1979"].index.min() == 2021 and counts["GM0010"].index.max() == 2020
    municipalities = frame[frame["RegioS"].str.startswith("GM")]
    in_province = municipalities.groupby("Perioden")["GemiddeldAantalInwoners_51"].sum()
    assert in_province.tolist() == counts["PV20"].tolist()
    assert in_province.pct_change().abs().max() < 0.01  # no municipality missing or double in any year


def test_tallies_equal_the_ballots(ballots: pd.DataFrame) -> None:
    tally = pd.read_csv(paths("turflijst")[0], sep=";", encoding="utf-8-sig").set_index(["dorp", "thema"])
    assert len(tally) == 6 * 12
    counted = ballots.groupby(["dorp", "thema"]).size().reindex(tally.index, fill_value=0)
    assert (counted == tally["stemmen"]).all()
    voters = ballots.groupby("dorp")["stemmer"].nunique()
    assert (tally["stemmers"].groupby("dorp").first() == voters).all()
    assert voters.between(60, 180).all()


def test_ballots_follow_the_rules_of_the_stand(ballots: pd.DataFrame) -> None:
    assert not ballots.duplicated(["stemmer", "thema"]).any()
    sizes = ballots.groupby("stemmer").size()
    assert sizes.max() == 6 and (sizes == 6).mean() > 0.9 and (sizes < 6).any()
    order = ballots["thema"].value_counts().index.tolist()
    assert set(order[:3]) == {"Verkeersveiligheid", "Inbraken", "Vandalisme"}
    assert set(order[3:6]) > {"Alcohol- en drugsoverlast", "Handel in drugs"}
    assert set(order[-2:]) == {"Sociale wijkproblematiek", "Ondermijnende criminaliteit"}
