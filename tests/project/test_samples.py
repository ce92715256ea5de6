"""The sample exports: what is real and what is made up, registered, reproducible, and in agreement with each other."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis import paths
from conftest import REALDATA
from samples import calibration, published
from samples.calibration import population

pytestmark = pytest.mark.slow

ROOT = paths.PROJECT
RAW = ROOT / "data" / "raw"
PACKAGE: dict[str, Any] = json.loads((RAW / "datapackage.json").read_text(encoding="utf-8"))
RESOURCES = PACKAGE["resources"]
WITHHELD = ["1.4.1", "3.2.1", "3.2.2", "3.7.3"]
WHOLE_PREDECESSORS = ["GM0015", "GM0022", "GM0025", "GM0056"]


REAL = [entry for entry in RESOURCES if not entry["synthetic"] and not entry["path"].startswith("beleid/")]


def paths(table: str) -> list[Path]:
    """Return the made-up exports of a table, without those of municipalities that only serve for comparison."""
    ours = [entry for entry in RESOURCES if "vergelijkbare grootte" not in entry["title"] and entry["synthetic"]]
    return [RAW / entry["path"] for entry in ours if entry["table"] == table]


def police(table: str) -> pd.DataFrame:
    """Return all made-up exports of a police table as code, region, period and count."""
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
    written = ("statements", "facts", "goals", "priorities", "plan", "verantwoording", "dashboard", "bekeken")
    transcribed = Path(entry["path"]).stem in written
    real = transcribed or entry in REAL
    assert entry["synthetic"] is not real
    assert ("overgenomen" if real else "nagemaakt") in entry["sources"][0]["title"]
    assert entry["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
    assert entry["bytes"] == len(data) <= 5_000_000


def test_real_files_have_publisher_licence_attribution_and_remark() -> None:
    assert len(REAL) == len(published.exports())
    for entry in REAL:
        assert entry["publisher"] in entry["attribution"] and "cijfers zijn die van de uitgever" in entry["remark"]
        assert ("licenses" in entry) is (entry["table"] != "levering")  # of a delivery no terms are known
        assert "vintage" not in entry  # the day of none of them was recorded
        if "rebuilt" in entry["path"]:
            assert "opnieuw opgebouwd" in entry["remark"]


@pytest.mark.realdata
@pytest.mark.parametrize("entry", REAL, ids=lambda entry: str(entry["name"]))
def test_real_figures_equal_the_real_exports_cell_by_cell(entry: dict[str, Any]) -> None:
    here, there = RAW / entry["path"], REALDATA / entry["path"]
    if here.suffix == ".geojson":
        assert json.loads(here.read_bytes()) == json.loads(there.read_bytes())
        return
    separator = "," if here.name.startswith("85984") else ";"
    options: Any = {"sep": separator, "header": None, "dtype": str, "encoding": "utf-8-sig"}
    ours, theirs = (pd.read_csv(path, **options, keep_default_na=False) for path in (here, there))
    assert ours.shape == theirs.shape and (ours == theirs).all(axis=None)


def test_register_is_complete_and_small() -> None:
    assert "EEN DEEL VAN DEZE CIJFERS IS NAGEMAAKT" in PACKAGE["description"]
    assert sum(entry["bytes"] for entry in RESOURCES) <= 12_500_000
    assert len({entry["name"] for entry in RESOURCES}) == len(RESOURCES)
    surveys = {"83648NED", "81877NED", "85146NED", "nvi"}
    others = {"47018NED", "kerncijfers_wijken_buurten", "BRON", "STAR", "gebiedsgrenzen"}
    asked = {"verwijzingen", "alarmeringen", "jaarwisseling", "beleidsdocument"}
    votes = {"stembriefjes", "turflijst", "stemkaart"}
    assert {"47013NED", "47021NED", "70072ned", "levering", *votes, *surveys, *others, *asked} == {
        entry["table"] for entry in RESOURCES
    }


@pytest.mark.parametrize(("table", "codes", "regions"), [("47013NED", 59, 11), ("47021NED", 9, 12)])
def test_made_up_police_tables_are_full_grids_but_for_the_years_that_are_real(
    table: str, codes: int, regions: int
) -> None:
    frame = police(table)
    real = {**published.counts(published.CRIMES), **published.counts(published.NUISANCE_OF_THE_COUNTRY)}
    years_that_are_real = sum(cell in real for cell in {*zip(frame["code"], frame["region"], strict=True)}) * 12
    assert len(frame) == codes * regions * 12 * 13 - years_that_are_real
    assert not frame.duplicated(["code", "region", "period"]).any() and frame["id"].is_unique


def test_made_up_months_add_up_to_the_real_years(crimes: pd.DataFrame, nuisance: pd.DataFrame) -> None:
    for frame, path, least in [
        (crimes, published.CRIMES, 12 * 10 * 12), (nuisance, published.NUISANCE_OF_THE_COUNTRY, 9 * 12),
    ]:  # fmt: skip
        months = frame[frame["period"].str.contains("MM")]
        sums = months.groupby(["code", "region", months["period"].str[:4].astype(int)])["count"].sum().to_dict()
        shared = [
            (sums[code, region, year], count)
            for (code, region), years in published.counts(path).items()
            for year, count in years.items()
            if (code, region, year) in sums
        ]
        assert len(shared) == least and all(ours == theirs for ours, theirs in shared)


def test_no_year_is_both_real_and_made_up() -> None:
    """A year of one kind in one region stands in one file; its months may be made up where no real ones exist."""
    seen: dict[tuple[str, ...], bool] = {}
    for entry in RESOURCES:
        if entry["table"] in ("47013NED", "47018NED", "47021NED", "47022NED"):
            frame = pd.read_csv(RAW / entry["path"], sep=";", encoding="utf-8-sig", dtype=str).iloc[:, 1:4]
            for cell in frame.apply(lambda column: column.str.strip()).itertuples(index=False, name=None):
                assert seen.setdefault((frame.columns[0], *cell), entry["synthetic"]) is entry["synthetic"]


LEVELS = {
    "municipality": "GM", "province": "PV", "police unit": "RE", "country": "NL", "wijk": "WK", "buurt": "BU",
}  # fmt: skip
FREQUENCIES = {"year": "Y", "month": "M", "day": "D"}
Line = tuple[str, str, str, str, str, str]  # table, level, frequency, years, real or made up, publisher


def documented() -> list[list[str]]:
    """Return the cells of each row of the table in the documentation that says what is real, without what it is."""
    text = (
        (ROOT / "docs" / "data.md").read_text(encoding="utf-8").partition("## Real and made up")[2].partition("##")[0]
    )
    return [[cell.strip() for cell in line.split("|")[2:-1]] for line in text.splitlines() if line.startswith("| ")][1:]


def test_the_documentation_tells_of_every_table_whether_it_is_real() -> None:
    kinds = {(row[0], row[4] == "made up", row[5]) for row in documented()}
    data = [entry for entry in RESOURCES if not entry["path"].startswith("beleid/")]
    assert kinds == {(entry["table"], entry["synthetic"], entry["publisher"]) for entry in data}


def test_the_documentation_tells_which_series_are_real(processed: Path) -> None:
    listed = [
        (table, LEVELS[level], FREQUENCIES[frequency], years, figures, publisher)
        for table, of, per, years, figures, publisher in documented()
        if per
        for level in of.split(", ")
        for frequency in per.split(", ")
    ]
    assert len(set(listed)) == len(listed) and set(listed) == _observed(processed)


def test_the_picture_in_the_readme_is_told_in_figures_that_are_real() -> None:
    told = re.search(r"!\[(.*?)\]\((.*?)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert told and (ROOT / told[2]).stat().st_size < 150_000
    counts = published.counts(published.CRIMES)["1.1.1", "GM1969"]
    assert f"{counts[2019]} in 2019 en {counts[2022]} in 2022" in told[1]
    assert f"In 2023 waren het er {counts[2023]}." in told[1]
    rate = 1000 * counts[2025] / published.population()["GM1969"][2025]
    assert f"{rate:.1f} per 1.000 inwoners".replace(".", ",", 1) in told[1]


def _observed(processed: Path) -> set[Line]:
    """Return what the documentation should list, from the observations themselves."""
    register = {entry["name"]: entry for entry in RESOURCES}
    rows = pd.read_parquet(processed / "observations.parquet", columns=["region", "frequency", "period", "source"])
    entries = rows["source"].astype(str).map(register)
    groups = [
        *(entries.str[field].rename(field) for field in ("table", "synthetic", "publisher")),
        rows["region"].astype(str).str[:2], rows["frequency"].astype(str),
    ]  # fmt: skip
    spans = rows["period"].dt.year.groupby(groups).agg(["min", "max"])
    return {
        (table, level, frequency, "–".join(dict.fromkeys(map(str, span))), "made up" if made_up else "real", publisher)
        for (table, made_up, publisher, level, frequency), *span in spans.itertuples(name=None)
    }


def test_police_flavours() -> None:
    typed = paths("47013NED")[0].read_text(encoding="utf-8").splitlines()
    assert typed[0] == '\ufeff"ID";"SoortMisdrijf";"RegioS";"Perioden";"GeregistreerdeMisdrijven_1"'
    assert typed[1].split(";")[1:4] == ['"0.0.0 "', '"PV20  "', '"2012MM01"']
    untyped = paths("47021NED")[0].read_text(encoding="utf-8").splitlines()
    assert {len(line.split(";")[-1]) for line in untyped[1:]} == {10}  # eight characters between quotes


@pytest.mark.parametrize("table", ["47013NED", "47021NED"])
def test_details_add_up_to_the_total_of_each_year(table: str) -> None:
    frame = police(table)
    if table == "47013NED":
        regions = set(frame["region"])
        real = [
            (code, region, f"{year}JJ00", count)
            for (code, region), years in published.counts(published.CRIMES).items()
            if region in regions
            for year, count in years.items()
            if year <= 2023
        ]
        frame = pd.concat([frame, pd.DataFrame(real, columns=["code", "region", "period", "count"])])
    years = frame[frame["period"].str.endswith("JJ00")].assign(total=lambda f: f["code"] == "0.0.0")
    sums = years.groupby(["region", "period", "total"])["count"].sum().unstack()
    assert len(sums) == 11 * 12 and (sums[True] == sums[False]).all()


def test_withheld_codes_stand_as_zero_in_months(crimes: pd.DataFrame) -> None:
    year, month = crimes["period"].str[:4].rename("year"), crimes["period"].str.contains("MM")
    sums = crimes.groupby(["code", "region", year, month])["count"].sum().unstack()
    whole, parts = sums[False].dropna(), sums[True]
    withheld = whole.index.get_level_values("code").isin(WITHHELD)
    parts = parts[whole.index]
    assert (whole[~withheld] == parts[~withheld]).all()
    assert parts[withheld].sum() == 0 < whole[withheld].sum()


@pytest.mark.parametrize("table", ["47013NED", "47021NED"])
def test_municipalities_fit_in_the_province_and_the_country(table: str) -> None:
    frame = police(table)
    months = frame[frame["period"].str.contains("MM")]
    wide = months.pivot(index=["code", "period"], columns="region", values="count")
    rest = wide["PV20"] - wide.filter(like="GM").sum(axis=1)
    assert (rest >= 0).all()
    months = months.assign(year=months["period"].str[:4].astype(int))
    total = months[months["code"] == "0.0.0"].groupby(["year", "region"])["count"].sum()
    path = published.CRIMES_OF_THE_COUNTRY if table == "47013NED" else published.NUISANCE_OF_THE_COUNTRY
    country = published.counts(path)["0.0.0", "NL01"]
    assert all(total[year, "PV20"] < count for year, count in country.items())
    if table == "47021NED":
        assert (rest.xs("0.0.0").sum() / wide.xs("0.0.0")["PV20"].sum()) == pytest.approx(0.005, abs=0.003)


def test_totals_are_those_that_were_published(crimes: pd.DataFrame) -> None:
    totals = crimes[crimes["code"] == "0.0.0"].set_index(["region", "period"])["count"]
    assert [totals["GM1969", f"{year}JJ00"] for year in (2022, 2023)] == [1425, 1408]
    assert totals["GM0014", "2023JJ00"] == 15054


def test_published_figures_of_onbegrepen_gedrag(nuisance: pd.DataFrame) -> None:
    e33 = nuisance[nuisance["code"] == "E33"].set_index(["region", "period"])["count"]
    assert [e33["GM1969", f"{year}JJ00"] for year in (2017, 2019, 2022)] == [137, 242, 395]
    country = published.counts(published.NUISANCE_OF_THE_COUNTRY)["E33", "NL01"]
    assert (country[2019], country[2022]) == (99_662, 138_807)
    assert sum(published.e33()[code][2017] for code in WHOLE_PREDECESSORS) == 135


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
    country = published.counts(published.NUISANCE_OF_THE_COUNTRY)["E35", "NL01"]
    local = {year: e35["GM1969"][f"{year}JJ00"] for year in range(2013, 2023)}
    for years in (country, local):
        assert years[2020] > 1.4 * years[2019] and years[2021] > 1.2 * years[2022]
    assert min(local, key=local.__getitem__) == 2022  # Integraal Veiligheidsbeleid 2024-2027: the lowest of ten years


def test_made_up_years_of_today_agree_with_the_real_delivery_of_then(nuisance: pd.DataFrame) -> None:
    former = published.e33()
    open_table = nuisance[(nuisance["code"] == "E33") & nuisance["period"].str.endswith("JJ00")]
    per_region = open_table.set_index(["region", "period"])["count"]

    def together(codes: list[str], year: int) -> int:
        return sum(former[code][year] for code in codes)

    for year in range(2013, 2018):
        assert per_region["GM0014", f"{year}JJ00"] == together(["GM0014", "GM0017", "GM0009"], year)
        today = per_region["GM1969", f"{year}JJ00"] + per_region["GM1966", f"{year}JJ00"]  # Winsum went to both
        assert today == together([*WHOLE_PREDECESSORS, "GM0053", "GM0005", "GM1651", "GM1663"], year)
    assert b";1.053;" in (RAW / published.E33).read_bytes()  # the thousands dot that readers trip over


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
    counts = published.population()
    assert [counts["GM1969"][year] for year in (2019, 2022)] == [63180, 64626]
    assert min(counts["GM1969"]) == 2019 and max(counts["GM0053"]) == 2018
    assert min(counts["GM1979"]) == 2021 and max(counts["GM0010"]) == 2020
    province = population(calibration.load())["PV20"]
    jumps = pd.Series(province).pct_change().abs()
    assert jumps.max() < 0.01  # no municipality missing or double in any year


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
