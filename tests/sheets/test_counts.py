"""What an import counts agrees with what pandas counts in the same files, made or public."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from iro_allocator import places, sheets
from iro_allocator.domain import Snapshot
from tests.builders import DAY
from tests.sheets import returns

BESIDE = [folder / "shared" / "data" for folder in Path(__file__).parents[3:5]]  # the checkout, or a worktree's
PUBLIC = next((folder for folder in BESIDE if folder.is_dir()), BESIDE[0])
HOME, AWAY = "HD1 2TA", "LS1 3EX"


def made(folder: Path, seed: int) -> Path:
    """A 903 return of 120 made-up children, with what real ones hold: gaps, ends, unknown and partial postcodes."""
    chance = random.Random(seed)

    def day(first: date, most: int) -> str:
        return f"{first + timedelta(chance.randrange(most)):%d/%m/%Y}"

    header, episodes, reviews, uasc, missing = [], [], [], [], []
    for number in range(120):
        child = f"{number:05}"
        header.append({"CHILD": child, "SEX": chance.choice("12MFU"), "DOB": day(date(2009, 1, 1), 5000)})
        start = date(2020, 1, 1) + timedelta(chance.randrange(1500))
        for _ in range(chance.randrange(4)):
            end = start + timedelta(chance.randrange(1, 400))
            episodes.append(
                {"CHILD": child, "DECOM": f"{start:%d/%m/%Y}", "DEC": f"{end:%d/%m/%Y}",
                 "RNE": chance.choice("SPLT"), "LS": chance.choice(["C1", "C2", "V3", "V4", "E1"]),
                 "CIN": chance.choice(["N1", "N2", "N3"]), "HOME_POST": chance.choice([HOME, ""]),
                 "PL_POST": chance.choice([AWAY, HOME, "", "HD1", "WV27 9FW"])}
            )  # fmt: skip
            start = end + timedelta(chance.choice([0, 0, 30]))
        if episodes and episodes[-1]["CHILD"] == child and chance.random() < 0.6:
            episodes[-1]["DEC"] = ""
        reviews += [{"CHILD": child, "REVIEW": day(date(2021, 1, 1), 2400)} for _ in range(chance.randrange(4))]
        if chance.random() < 0.1:
            uasc.append({"CHILD": child, "DUC": day(date(2025, 1, 1), 1500)})
        if chance.random() < 0.1:
            missing.append({"CHILD": child, "MIS_START": day(date(2025, 1, 1), 300)})
    chance.shuffle(episodes)
    returns.table(folder, "one.csv", returns.HEADER, header)
    returns.table(folder, "two.csv", returns.EPISODE, episodes)
    returns.table(folder, "three.csv", returns.REVIEW, reviews)
    returns.table(folder, "four.csv", returns.UASC, uasc)
    returns.table(folder, "five.csv", returns.MISSING, missing)
    return folder


def read(folder: Path, columns: str) -> pd.DataFrame:
    """The table with these columns."""
    for path in sorted(folder.glob("*.csv")):
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        if set(columns.split(",")) <= set(table.columns):
            return table
    raise AssertionError(columns)


def dates(column: pd.Series[str]) -> pd.Series[pd.Timestamp]:
    return pd.to_datetime(column, format="%d/%m/%Y")


def agrees(folder: Path) -> None:
    """Compares an import of a 903 with pandas."""
    episodes = read(folder, "CHILD,DECOM,DEC")
    episodes["from"] = dates(episodes["DECOM"])
    # Of two that begin on one day, the open one is the latest.
    episodes["open"] = episodes["DEC"] == ""
    latest = episodes.sort_values(["from", "open"], kind="stable").groupby("CHILD").tail(1).set_index("CHILD")
    open_ = latest[latest["DEC"] == ""]
    reviews = read(folder, "CHILD,REVIEW")
    reviews["held"] = dates(reviews["REVIEW"])
    held = reviews[reviews["held"] <= pd.Timestamp(DAY)].groupby("CHILD")["held"].max()
    held = held[held.index.isin(open_.index)]
    uasc = read(folder, "CHILD,DUC")
    uasc = uasc[(dates(uasc["DUC"]) > pd.Timestamp(DAY)) & uasc["CHILD"].isin(open_.index)]
    missing = read(folder, "CHILD,MIS_START")
    known = places.find(open_["PL_POST"])

    draft = returns.draft(folder)
    cases = draft.step.apply(Snapshot()).case
    assert set(cases) == set(open_.index)
    assert (draft.children.new, draft.children.left_out) == (len(open_), 0)
    assert {key: pd.Timestamp(c.last_review) for key, c in cases.items() if c.last_review} == dict(held)
    assert {key: c.legal_status for key, c in cases.items()} == dict(open_["LS"])
    having = {
        factor: {key for key, c in cases.items() if factor in c.factors}
        for factor in ("uasc", "exploitation", "disability")
    }
    assert having["uasc"] == set(uasc["CHILD"])
    assert having["exploitation"] == set(missing["CHILD"]) & set(open_.index)
    assert having["disability"] == set(open_.index[open_["CIN"] == "N2"])
    assert {key for key, c in cases.items() if c.placement} == set(open_.index[open_["PL_POST"].isin(known)])
    ended, never = len(latest) - len(open_), set(read(folder, "CHILD,DOB,UPN")["CHILD"]) - set(latest.index)
    said = " ".join(finding.message for finding in draft.findings)
    assert f"{ended:,} children have ended in this return" in said
    assert f"{len(never):,} children are neither looked after nor on a plan" in said
    rows = sum(len(read(folder, columns)) for columns in ("CHILD,DECOM,DEC", "CHILD,DOB,UPN", "CHILD,REVIEW"))
    assert sum(len(s.rows) for s in draft.sources if s.table in ("Episodes", "Header", "Reviews")) == rows


@pytest.mark.parametrize("seed", range(3))
def test_a_made_up_903_counts_as_pandas_does(tmp_path: Path, seed: int) -> None:
    agrees(made(tmp_path, seed))


@pytest.mark.skipif(not PUBLIC.is_dir(), reason="the public sample files are not beside this checkout")
def test_the_public_903_counts_as_pandas_does() -> None:
    agrees(PUBLIC / "ssda903")


@pytest.mark.skipif(not PUBLIC.is_dir(), reason="the public sample files are not beside this checkout")
def test_the_public_annex_a_counts_as_pandas_does() -> None:
    path = next(PUBLIC.glob("annex_a/*.xlsx"))
    care, plans = (pd.read_excel(path, sheet_name=f"List {number}", engine="openpyxl") for number in (8, 7))
    care = care[care["Date Ceased to be Looked After"].isna()]
    plans = plans[plans["Child Protection Plan End Date"].isna()]
    cases = returns.after(path).case.values()
    assert {c.id for c in cases if c.type == "LAC"} == set(care["Child Unique ID"].astype(str))
    assert {c.id for c in cases if c.type == "CP"} == set(plans["Child Unique ID"].astype(str))
    latest = dict(zip(care["Child Unique ID"].astype(str), care["Date of Latest Statutory Review"], strict=True))
    assert {c.id: pd.Timestamp(c.last_review) for c in cases if c.last_review} == latest


@pytest.mark.skipif(not PUBLIC.is_dir(), reason="the public sample files are not beside this checkout")
def test_the_public_census_has_one_child_whose_plan_has_ended() -> None:
    draft = returns.draft(next(PUBLIC.glob("cin/*.xml")))
    assert (draft.children, draft.sources[0].kind) == (sheets.Counts(), "cin")
    assert any("1 child has ended in this return" in finding.message for finding in draft.findings)
