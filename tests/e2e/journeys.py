"""What people do with the program, from the first start on: each journey by mouse and keys, read back from outside."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import openpyxl

from tests.e2e.person import Person
from tests.e2e.seen import Control

PASSPHRASE = "violet harbour seventeen otters"
WAITING = "Referrals, 7 waiting"


def first_start(person: Person, folder: Path) -> None:
    """Nothing is there yet: the four ways to begin, the sample, and the seven children who wait there."""
    person.start()
    person.wait("Open the sample service", "push button")
    person.picture("first-start")
    began = time.monotonic()
    person.click("Open the sample service")
    person.wait("Allocate 7 referrals", "push button")
    person.timed("sample made and shown", began)
    person.picture("overview")
    assert not person.sees("Undo: .*", "label"), "Ctrl+Z would empty the sample"
    person.quit()
    person.start("--sample")
    person.wait("Allocate 7 referrals", "push button")
    person.quit()


def allocate(person: Person, folder: Path) -> None:
    """The four families who wait get their IROs in two clicks; a restart later Ctrl+Z takes it back."""
    service = _sample(person, folder)
    began = time.monotonic()
    person.start(str(service))
    person.wait("Allocate 7 referrals", "push button")
    person.timed("start: figures shown", began)
    person.clicks = 0
    began = time.monotonic()
    person.click("Allocate 7 referrals")
    accept = person.look_for("Accept 4 suggestions", "push button")
    person.until(lambda: accept.enabled, "the suggestion cannot be accepted")
    person.timed("click to suggestion", began)
    person.settle()
    person.picture("referrals-suggested")
    _click_cell(person, person.look_for("Referrals", "table"), "Fam-2684", 1)
    person.clicks -= 1  # only to look at why
    person.picture("referrals-why-another")
    began = time.monotonic()
    person.click("Accept 4 suggestions")
    person.wait("Nobody waits for an IRO")
    person.timed("click to accepted", began)
    person.picture("referrals-accepted")
    assert person.clicks == 2, f"{person.clicks} clicks"
    person.quit()
    person.command("check", str(service), says="No fault found.")
    assert _waiting(person, service, folder) == 0
    person.start(str(service))
    person.wait("Undo: Allocate 7 children .*")
    person.keys("ctrl+z")
    person.wait(WAITING)
    person.picture("allocation-undone")
    person.quit()
    assert _waiting(person, service, folder) == 7


def move(person: Person, folder: Path) -> None:
    """One family to another IRO: the effect on both is seen first, by F2 and by dragging; both are undone."""
    service = _sample(person, folder)
    person.start(str(service))
    person.wait(WAITING)
    person.keys("ctrl+3")
    bars = person.look_for("Caseload of every IRO", "table")
    before = [bars.row(row) for row in range(bars.rows)]
    children = person.look_for("Children of .*", "table")
    family = children.row(0)[0].split()[-1]
    person.click_on(children.cell(0, 1))
    person.keys("F2")
    began = time.monotonic()
    dialog = person.look_for("IROs", "table")
    person.timed("F2 to effects of every IRO", began)
    person.click_on(dialog.cell(4, 0))
    effect = person.look_for(rf"{family}.* from .* to .*", "label")
    person.picture("reallocate-by-f2")
    assert dialog.row(4)[0].removeprefix("IRO: ").removesuffix(" (interim)") in effect.name
    person.click("Reason", "text")
    person.write("nearer to where they live")
    person.click("Reallocate")
    person.wait("Undo: .*", "label")
    person.wait(f"Undo: .*{family}.*")
    person.picture("reallocated-by-f2")
    assert _rows(person, "Caseload of every IRO") != before
    person.keys("ctrl+z")
    person.wait("Undone: .*")
    assert _rows(person, "Caseload of every IRO") == before

    bars, children = person.look_for("Caseload of every IRO", "table"), person.look_for("Children of .*", "table")
    target = bars.row_with("P. Kaur")

    def look() -> None:
        person.wait(rf"{family}.* from .* to P\. Kaur")
        person.picture("dragging-before-letting-go")

    person.drag(children.cell(0, 1), bars.cell(target, 1), look)
    person.wait(f"Undo: .*{family}.*")
    person.picture("dragged")
    assert _rows(person, "Caseload of every IRO") != before
    person.keys("ctrl+z")
    person.wait("Undone: .*")
    assert _rows(person, "Caseload of every IRO") == before
    person.quit()


def plan(person: Person, folder: Path) -> None:
    """From a leaver on the Overview to an adopted plan for both leavers and who is off sick; undone in one."""
    service = _sample(person, folder)
    person.start(str(service))
    person.wait(WAITING)
    person.clicks = 0
    began = time.monotonic()
    _click_cell(person, person.look_for("Needs a decision", "table"), "H. Novak", 1)
    person.wait("What-if: H. Novak and V. Zielinska leave, C. Dunne away", "label")
    adopt = person.look_for("Adopt from .*", "push button")
    person.until(lambda: adopt.enabled, "there is no plan to adopt")
    person.timed("click to a plan for all who leave or are away", began)
    assert {"absent", "leaves", "contract"} <= {row[0].split()[-1] for row in _rows(person, "Changes")}
    person.settle()
    person.picture("what-if-planned")
    person.click_on(person.look_for("Adopt from .*", "push button"))
    person.wait("Adopt a scenario", "dialog")
    act = person.look_for("Adopt", "push button")
    person.until(lambda: act.enabled, "the plan cannot be adopted")
    person.picture("what-if-adopting")
    person.click_on(act)
    person.wait("Undo: Adopt .*")
    person.picture("what-if-adopted")
    assert person.clicks <= 8, f"{person.clicks} clicks"
    person.keys("ctrl+1")
    person.wait("Waiting for an IRO: 7 children.*")
    assert not any("to move" in " ".join(row) for row in _rows(person, "Needs a decision"))
    person.keys("ctrl+z")
    person.wait("Undone: Adopt .*")
    assert sum("to move" in " ".join(row) for row in _rows(person, "Needs a decision")) == 2
    person.quit()
    person.command("check", str(service), says="No fault found.")


def export(person: Person, folder: Path) -> None:
    """The service's list as a workbook in two clicks; it holds every child, by reference only."""
    service = _sample(person, folder)
    person.start(str(service))
    person.clicks = 0
    person.click("Export lists…")
    person.wait("Preview · Whole service")
    where = person.look_for("Where to", "text").text
    person.picture("export")
    person.click("Export")
    person.wait("Written: .*")
    person.picture("exported")
    assert person.clicks <= 4, f"{person.clicks} clicks"
    person.quit()
    book = openpyxl.load_workbook(where)
    cells = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    references = {str(cell) for row in cells for cell in row if re.fullmatch(r"C-\d+", str(cell))}
    assert len(references) == 1137, f"{len(references)} children in {Path(where).name}"
    assert not any("name" in str(cell).lower() and "child" in str(cell).lower() for cell in cells[0])


def take_in(person: Person, folder: Path) -> None:
    """A spreadsheet with one spoiled row: the others can be taken, and given back; a PDF is told apart."""
    service = _sample(person, folder)
    sheet = folder / "september list.csv"
    sheet.write_text(
        "Child ref,Family,Case type,Allocated IRO,With IRO since,Date of birth,Status,Postcode\n"
        "N-1,NF-1,LAC,A. Hussain,01/09/2026,03/05/2014,Section 20,HD1 2TA\n"
        "N-2,NF-1,LAC,A. Hussain,01/09/2026,31/02/2016,Section 20,HD1 2TA\n"
        "N-3,NF-2,CP,,,17/11/2019,,WF13 1AA\n",
        encoding="utf-8",
    )
    not_a_sheet = folder / "not a sheet.xlsx"
    not_a_sheet.write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n")
    person.start(str(service))
    person.wait(WAITING)
    person.keys("ctrl+i")
    person.picture("import-empty")
    person.click("Choose files…")
    person.choose_file(not_a_sheet)
    said = person.look_for(r"▲ .*not a sheet\.xlsx.*", "label").name
    person.picture("import-wrong-file")
    assert "PDF" in said, said
    person.click("Choose files…")
    person.choose_file(sheet)
    take = person.look_for("Take 2 rows", "push button")
    person.settle()
    person.picture("import-drafted")
    findings = _rows(person, "Findings")
    assert any("fix" in row[0] and row[1].endswith("3") for row in findings), findings
    person.click_on(take)
    person.wait("Taken: .*")
    person.picture("import-taken")
    person.keys("ctrl+1")
    person.wait("Waiting for an IRO: 8 children.*")
    person.keys("ctrl+z")
    person.wait("Waiting for an IRO: 7 children.*")
    person.quit()
    assert _waiting(person, service, folder) == 7


def encrypt(person: Person, folder: Path) -> None:
    """A new service from a spreadsheet, encrypted; opened again with a wrong, then with the right passphrase."""
    sheet, service = folder / "iros.csv", folder / "our service.iro"
    sheet.write_text(
        "Name,Contracted hours,Employment,Takes\nA. Walker,37,permanent,LAC and CP\nB. Fisher,18.5,permanent,LAC\n",
        encoding="utf-8",
    )
    person.start()
    person.click("Start from a spreadsheet")
    person.choose_file(sheet)
    person.wait("A new service", "dialog")
    person.choose_file(service)
    person.wait("Choose a passphrase", "dialog")
    person.write(PASSPHRASE)
    person.keys("Tab")
    person.write("violet harbour seventeen")
    person.keys("Return")
    person.wait("The two are not the same.*")
    person.picture("new-passphrase-not-the-same")
    person.keys("ctrl+a")
    person.write(PASSPHRASE)
    began = time.monotonic()
    person.keys("Return")
    take = person.look_for("Take 2 rows", "push button")
    person.timed("encrypted service made, sheet read", began)
    person.settle()
    person.picture("new-service-from-a-sheet")
    person.click_on(take)
    person.wait("Taken: .*")
    person.keys("ctrl+4")
    person.picture("new-service-iros")
    person.quit()
    assert b"Walker" not in service.read_bytes()
    person.start()
    person.wait("Open our service.iro", "dialog")
    person.write("violet harbour sixteen otters")
    person.keys("Return")
    person.wait("The passphrase is wrong.*")
    person.picture("wrong-passphrase")
    person.write(PASSPHRASE)
    began = time.monotonic()
    person.keys("Return")
    person.wait("our service.* – IRO Allocator", "frame")
    person.timed("right passphrase to service shown", began)
    person.settle()
    person.picture("right-passphrase")
    person.keys("ctrl+l")
    person.wait("Locked.*")
    person.picture("locked")
    person.write(PASSPHRASE)
    person.keys("Return")
    person.wait("Locked.*", gone=True)
    person.quit()


def every_page(person: Person, folder: Path) -> None:
    """Every page of the rail by its keys, light and dark; the finder and the list of keys."""
    person.start(str(_sample(person, folder)))
    person.wait(WAITING)
    pages = [each.name.split(",")[0] for each in person.look_for("Pages", "panel").parts if each.role == "check box"]
    assert len(pages) >= 8, pages
    for look in ("Light", "Dark"):
        person.keys("ctrl+k")
        person.write(look)
        person.keys("Return")
        for number, page in enumerate(pages, 1):
            began = time.monotonic()
            person.keys("ctrl+comma" if page == "Settings" else f"ctrl+{number}")
            person.wait(page, "filler")
            person.timed(f"{page}, by its keys, {look.lower()}", began)
            person.settle()
            person.picture(f"{look.lower()}-{page.lower()}")
    person.keys("F1")
    person.wait("Keys", "dialog")
    person.picture("keys")
    person.keys("Escape")
    person.keys("ctrl+k")
    person.write("1025")
    person.picture("finder")
    person.keys("Return")
    person.wait("Children", "filler")
    person.picture("found-child")
    person.quit()


JOURNEYS = (first_start, allocate, move, plan, export, take_in, encrypt, every_page)


def _sample(person: Person, folder: Path) -> Path:
    service = folder / "Riverside.iro"
    person.command("sample", str(service))
    return service


def _waiting(person: Person, service: Path, folder: Path) -> int:
    """How many children wait, as the command line says."""
    out = folder / "suggested.json"
    person.command("suggest", str(service), "--json", str(out))
    return sum(len(move["cases"]) for move in json.loads(out.read_text(encoding="utf-8"))["moves"])


def _rows(person: Person, name: str) -> list[list[str]]:
    table = person.look_for(name, "table")
    return [table.row(row) for row in range(table.rows)]


def _click_cell(person: Person, table: Control, words: str, column: int) -> None:
    person.click_on(table.cell(table.row_with(words), column))
