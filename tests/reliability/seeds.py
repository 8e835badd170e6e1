"""Small good files of every kind that is read, as bytes: what the fuzzing bends."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import xlsxwriter

Rows = Sequence[Sequence[Any]]

CHILDREN: Rows = (
    ("LCS ID", "Sib grp", "Status", "IRO", "Since", "DOB", "Placement postcode", "Miles", "OOA", "Flags", "Pinned"),
    ("C-100", "F1", "CLA", "A. Hussain", "01/05/2025", "14/02/2017", "HD1 2TA", "31.4", "Yes", "court; UASC", ""),
    ("00124", "F1", "CLA", "B. Carter", "01/05/2025", "14/02/2015", "HX1 1UJ", "999.9", "No", "Standard", "Yes"),
    ("C-301", "Fam-20", "CPP", "Bell, R", "03/02/2026", "EDD 01/01/2027", "", "", "", "", "asked to stay"),
    ("C-302", "", "both", "Unallocated", "", "1/1/13", "confidential", "", "", "N2", ""),
)
IROS: Rows = (
    ("Name", "Contracted hours", "Employment", "Takes", "Base postcode", "Start date", "Skills"),
    ("A. Hussain", "37", "permanent", "both", "HD1 2TA", "01/09/2019", "UASC; Punjabi"),
    ("C. New", "18.5", "agency", "CP", "", "", ""),
)
BY_HEADING: Rows = (
    ("Caseloads", "", ""),
    ("Child ID", "Placement", ""),
    ("", "Postcode", "Distance"),
    ("A. Hussain (2)", "", ""),
    ("C-100, C-101", "HD1 2TA", "3.2"),
    ("Child protection", "", ""),
    ("C-301 Ann Example", "", ""),
    ("Total", "", "2"),
)
EPISODES: Rows = (
    ("CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "DEC", "REC", "HOME_POST", "PL_POST", "URN"),
    ("C-100", "01/02/2024", "S", "C2", "N2", "U4", "PR1", "03/04/2025", "X1", "HD1 2TA", "HX1 1UJ", "SC1"),
    ("C-100", "03/04/2025", "P", "V3", "N1", "K2", "PR4", "", "", "HD1 2TA", "HD3", "SC2"),
    ("N-903", "05/06/2026", "S", "E1", "N1", "U6", "PR1", "", "", "ZZ99 3VZ", "", ""),
)
HEADER: Rows = (
    ("CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB"),
    ("C-100", "1", "14/02/2017", "WBRI", "A1", "", ""),
    ("N-903", "F", "14/02/2009", "WBRI", "A2", "1", "01/03/2026"),
)
REVIEWS: Rows = (
    ("CHILD", "DOB", "REVIEW", "REVIEW_CODE"),
    ("C-100", "14/02/2017", "01/06/2026", "PN1"),
    ("N-903", "14/02/2009", "01/07/2026", "PN0"),
)
UASC: Rows = (("CHILD", "SEX", "DOB", "DUC"), ("N-903", "F", "14/02/2009", "14/02/2027"))
MISSING: Rows = (
    ("CHILD", "DOB", "MISSING", "MIS_START", "MIS_END"),
    ("N-903", "14/02/2009", "M", "01/08/2026", "02/08/2026"),
)
LIST_7: Rows = (
    ("Child Unique ID", "Gender", "Date of Birth", "Child Protection Plan Start Date", "Initial Category of Abuse",
     "Latest Category of Abuse", "Date of latest review conference", "Child Protection Plan End Date",
     "Does the Child have a Disability", "Allocated Team", "Allocated Worker"),
    ("C-301", "b) Female", date(2016, 1, 2), date(2026, 5, 6), "NEG: Neglect", "a) NEG", date(2026, 8, 3), "#N/A",
     "b) No", "North", "S. Worker"),
    ("N-007", "a) Male", "02/01/2014", "06/05/2026", "EMO", "", "", "01/11/2026", "Y", "", ""),
)  # fmt: skip
LIST_8: Rows = (
    ("Child Unique ID", "Date of Birth", "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N))",
     "Date Started to be Looked After", "Child's Legal Status", "Date of Latest Statutory Review",
     "Date Ceased to be Looked After", "Placement Type", "Placement postcode", "LA of Placement"),
    ("C-100", date(2017, 2, 14), "b) No", date(2024, 2, 1), "C2: FCO", "01/06/2026", "", "f) U6", "HX1 1UJ", "Leeds"),
    ("N-008", "14/02/2009", "a) Yes", "\u00a005/06/2026", "V2", None, None, "", "nope", "Home Town"),
)  # fmt: skip
PROFESSIONALS: Rows = (
    ("prof_professional_id", "prof_professional_name", "prof_agency_worker_flag", "prof_professional_job_title",
     "prof_full_time_equivalency"),
    ("P1", "A. Hussain", "N", "IRO", "1.0"),
    ("P2", "D. Agency", "Y", "Independent Reviewing Officer", "0.5"),
)  # fmt: skip
INVOLVEMENTS: Rows = (
    ("invo_involvements_id", "invo_professional_id", "invo_professional_role_id", "invo_person_id",
     "invo_involvement_start_date", "invo_involvement_end_date"),
    ("1", "P1", "IRO", "C-100", "2025-05-01", ""),
    ("2", "P2", "Independent Reviewing Officer", "N-903", "2026-06-05T00:00:00", ""),
)  # fmt: skip
CARE: Rows = (
    ("clae_person_id", "clae_cla_id", "clae_cla_episode_start_date", "clae_cla_episode_ceased_date",
     "clae_cla_primary_need_code", "clae_entered_care_date"),
    ("C-100", "a", "2024-02-01", "", "N1", "2024-02-01"),
    ("N-903", "b", "2026-06-05", "", "N2", "2026-06-05"),
)  # fmt: skip
PLANS: Rows = (
    ("cppl_person_id", "cppl_cp_plan_id", "cppl_cp_plan_start_date", "cppl_cp_plan_end_date",
     "cppl_cp_plan_latest_category"),
    ("C-301", "p", "2026-05-06", "", "NEG"),
)  # fmt: skip

XML_903 = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<EXPSSDA903>'
    "<CHILD><HEADER><CHILD>C-100</CHILD><SEX>1</SEX><DOB>14/02/2017</DOB><UPN>A1</UPN></HEADER>"
    "<EPISODE><DECOM>01/02/2024</DECOM><RNE>S</RNE><LS>C2</LS><CIN>N1</CIN><PLACE>U4</PLACE><PL_POST>HX1 1UJ</PL_POST>"
    "</EPISODE><AREVIEW><REVIEW>01/06/2026</REVIEW><REVIEW_CODE>PN1</REVIEW_CODE></AREVIEW></CHILD>"
    "<CHILD><HEADER><CHILD>N-903</CHILD><DOB>14/02/2009</DOB></HEADER><EPISODE><DECOM>05/06/2026</DECOM><LS>V3</LS>"
    "</EPISODE></CHILD></EXPSSDA903>"
)
XML_CIN = (
    '<?xml version="1.0" encoding="utf-8"?>\n<Message><Header><CollectionDetails><Collection>CIN</Collection>'
    "<Year>2026</Year></CollectionDetails></Header><Children><Child><ChildIdentifiers><LAchildID>C-301</LAchildID>"
    "<PersonBirthDate>2016-01-02</PersonBirthDate></ChildIdentifiers><ChildCharacteristics><Disabilities>"
    "<Disability>NONE</Disability></Disabilities></ChildCharacteristics><CINdetails><Section47>"
    "<S47ActualStartDate>2026-04-15</S47ActualStartDate><InitialCPCtarget>2026-05-06</InitialCPCtarget>"
    "<DateOfInitialCPC>2026-05-06</DateOfInitialCPC></Section47><ChildProtectionPlans>"
    "<CPPstartDate>2026-05-06</CPPstartDate><InitialCategoryOfAbuse>NEG</InitialCategoryOfAbuse>"
    "<NumberOfPreviousCPP>0</NumberOfPreviousCPP><Reviews><CPPreviewDate>2026-08-03</CPPreviewDate></Reviews>"
    "</ChildProtectionPlans></CINdetails></Child></Children></Message>"
)


def as_csv(rows: Iterable[Sequence[Any]], delimiter: str = ",") -> bytes:
    """Rows as the bytes of a CSV file."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(
        [f"{cell:%d/%m/%Y}" if isinstance(cell, date) else cell for cell in row] for row in rows
    )
    return out.getvalue().encode()


def as_xlsx(tabs: Mapping[str, Rows]) -> bytes:
    """Rows by sheet as the bytes of a workbook, with a merged cell and a hidden column in each sheet."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in tabs.items():
            sheet = book.add_worksheet(name)
            for y, row in enumerate(rows):
                for x, cell in enumerate(row):
                    if isinstance(cell, date):
                        sheet.write_datetime(y, x, cell, day)
                    elif cell not in (None, ""):
                        sheet.write(y, x, cell)
            sheet.merge_range(len(rows), 0, len(rows) + 1, 1, "")
            sheet.set_column(8, 8, None, None, {"hidden": True})
    return out.getvalue()


FILES: Mapping[str, tuple[str, bytes]] = {
    "children.csv": ("csv", as_csv(CHILDREN)),
    "children semicolons.csv": ("csv", as_csv(CHILDREN, ";")),
    "iros.csv": ("csv", as_csv(IROS)),
    "headings.csv": ("csv", as_csv(BY_HEADING)),
    "tracker.xlsx": ("xlsx", as_xlsx({"Children": CHILDREN, "IROs": IROS})),
    "headings.xlsx": ("xlsx", as_xlsx({"A. Hussain": BY_HEADING, "B. Carter": BY_HEADING})),
    "header.csv": ("ssda903", as_csv(HEADER)),
    "episodes.csv": ("ssda903", as_csv(EPISODES)),
    "reviews.csv": ("ssda903", as_csv(REVIEWS)),
    "uasc.csv": ("ssda903", as_csv(UASC)),
    "missing.csv": ("ssda903", as_csv(MISSING)),
    "903.xml": ("ssda903 xml", XML_903.encode()),
    "annex a.xlsx": ("annex a", as_xlsx({"List 7": LIST_7, "List 8": LIST_8})),
    "list 8.csv": ("annex a", as_csv(LIST_8)),
    "cin.xml": ("cin", XML_CIN.encode()),
    "professionals.csv": ("ssd", as_csv(PROFESSIONALS)),
    "involvements.csv": ("ssd", as_csv(INVOLVEMENTS)),
    "cla_episodes.csv": ("ssd", as_csv(CARE)),
    "cp_plans.csv": ("ssd", as_csv(PLANS)),
}
"""Every good file by name, with its kind."""
