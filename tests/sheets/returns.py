"""Small statutory returns for tests, in the shapes that councils export."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from iro_allocator import sheets
from iro_allocator.domain import Case, Snapshot
from iro_allocator.sheets import Draft
from tests.builders import DAY
from tests.sheets.files import csv_file, xlsx_file

EPISODE = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN"
HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB"
REVIEW = "CHILD,DOB,REVIEW,REVIEW_CODE"
UASC = "CHILD,SEX,DOB,DUC"
MISSING = "CHILD,DOB,MISSING,MIS_START,MIS_END"
OC2 = "CHILD,DOB,SDQ_SCORE,SDQ_REASON,CONVICTED,HEALTH_CHECK"
LIST_7 = (
    "Child Unique ID,Gender,Date of Birth,Does the Child have a Disability,Child Protection Plan Start Date,"
    "Initial Category of Abuse,Latest Category of Abuse,Date of latest review conference,"
    "Child Protection Plan End Date,Allocated Team,Allocated Worker"
)
LIST_8 = (
    "Child Unique ID,Gender,Date of Birth,"
    "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N)),Does the Child have a Disability,"
    "Date Started to be Looked After,Child's Legal Status,Date of Latest Statutory Review,"
    "Date Ceased to be Looked After,Start Date of Most Recent Placement,Placement postcode,Placement Location,"
    "LA of Placement,"
    "Number of Episodes the Child has been ‘Missing’ from their Placement in the last 12 months,"  # noqa: RUF001
    "Allocated Team,Allocated Worker"
)
LIST_1 = "Child Unique ID,Gender,Date of Contact,Contact Source"
INVOLVEMENT = (
    "invo_involvements_id,invo_professional_id,invo_professional_role_id,invo_person_id,"
    "invo_involvement_start_date,invo_involvement_end_date"
)
PROFESSIONAL = (
    "prof_professional_id,prof_professional_name,prof_agency_worker_flag,prof_professional_job_title,"
    "prof_full_time_equivalency"
)


def table(folder: Path, name: str, header: str, rows: Iterable[Mapping[str, Any]]) -> Path:
    """A CSV file with this header; a row says what it says, the rest is empty."""
    columns = header.split(",")
    return csv_file(folder, [columns, *([row.get(column, "") for column in columns] for row in rows)], name)


def episodes(folder: Path, *rows: Mapping[str, Any], name: str = "a.csv") -> Path:
    """The episodes of an SSDA903 return: each begins with care (RNE S) unless it says otherwise."""
    return table(folder, name, EPISODE, [{"RNE": "S", "LS": "C2", "CIN": "N1", **row} for row in rows])


def annex_a(
    folder: Path, care: Sequence[Mapping[str, Any]] = (), plans: Sequence[Mapping[str, Any]] = (), name: str = "x.xlsx"
) -> Path:
    """Lists 1, 7 and 8 of Annex A as one workbook."""

    def tab(header: str, rows: Iterable[Mapping[str, Any]]) -> list[Sequence[Any]]:
        columns = header.split(",")
        return [columns, *([row.get(column) for column in columns] for row in rows)]

    tabs = {"List 1": tab(LIST_1, []), "List 7": tab(LIST_7, plans), "List 8": tab(LIST_8, care)}
    return xlsx_file(folder, tabs, name)


def cin(folder: Path, *children: str, name: str = "cin.xml") -> Path:
    """A CIN census of these children."""
    path = folder / name
    path.write_text(
        "<Message><Header><Collection>CIN</Collection></Header><Children>"
        + "\n".join(children)
        + "</Children></Message>",
        encoding="utf-8",
    )
    return path


def child(reference: str, inside: str = "", born: str = "2015-02-01", more: str = "") -> str:
    """One child of a CIN census."""
    birth = f"<PersonBirthDate>{born}</PersonBirthDate>" if born else ""
    return (
        f"<Child><ChildIdentifiers><LAchildID>{reference}</LAchildID>{birth}{more}</ChildIdentifiers>"
        f"<CINdetails><CINreferralDate>2024-01-01</CINreferralDate>{inside}</CINdetails></Child>"
    )


def plan(start: str, end: str = "", category: str = "NEG", reviews: Sequence[str] = ()) -> str:
    """A child protection plan of a CIN census."""
    held = "".join(f"<Reviews><CPPreviewDate>{day}</CPPreviewDate></Reviews>" for day in reviews)
    ended = f"<CPPendDate>{end}</CPPendDate>" if end else ""
    return (
        f"<ChildProtectionPlans><CPPstartDate>{start}</CPPstartDate>{ended}"
        f"<InitialCategoryOfAbuse>{category}</InitialCategoryOfAbuse>{held}</ChildProtectionPlans>"
    )


def draft(paths: Path | Sequence[Path], service: Snapshot | None = None, day: date = DAY, **more: Any) -> Draft:
    """The draft of these files."""
    return sheets.draft([paths] if isinstance(paths, Path) else paths, service or Snapshot(), day, **more)


def after(paths: Path | Sequence[Path], service: Snapshot | None = None, **more: Any) -> Snapshot:
    """The service with these files taken."""
    before = service or Snapshot()
    return draft(paths, before, **more).step.apply(before)


def only(paths: Path | Sequence[Path], service: Snapshot | None = None, **more: Any) -> Case:
    """The one child that a service has with these files taken."""
    (found,) = after(paths, service, **more).case.values()
    return found
