"""What a column can mean: one line each for what an IRO list and a children's list may hold.

The recognition of headers, the reading of cells, the blank sheets and the map file (`--map`) all go by
this table. A header that is one of `strong` names its meaning for certain; one of `weak` only where the
cells below agree, or as a guess. Headers are compared as `cells.plain` writes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from iro_allocator.domain import DEFAULT_FACTORS, Factor, Settings
from iro_allocator.sheets.cells import plain

Holds = Literal["iros", "children"]
Shape = Literal[
    "reference", "text", "iro", "date", "number", "yes", "area", "postcode", "words", "type", "takes",
    "employment", "status", "factors", "council", "band",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a column holds: for which list, under which headers, how its cells are read.

    `field` is the field of the record that takes the value as it is read, "" when it needs more thought.
    `note` and `example` are what the blank sheet says about it.
    """

    key: str
    label: str
    holds: Holds
    shape: Shape
    field: str
    strong: frozenset[str]
    weak: frozenset[str]
    note: str
    example: str


def _headers(listed: str) -> frozenset[str]:
    return frozenset(plain(header) for header in listed.split(";")) - {""}


def _iro(key: str, label: str, shape: Shape, field: str, strong: str, weak: str, note: str, example: str) -> Meaning:
    return Meaning(key, label, "iros", shape, field, _headers(f"{label};{key};{strong}"), _headers(weak), note, example)


def _child(key: str, label: str, shape: Shape, field: str, strong: str, weak: str, note: str, example: str) -> Meaning:
    return Meaning(
        key, label, "children", shape, field, _headers(f"{label};{key};{strong}"), _headers(weak), note, example
    )


IROS = (
    _iro("iro_name", "Name", "text", "", "iro;officer;reviewing officer;independent reviewing officer;full name;"
         "iro full name;name of iro", "staff;staff name;employee;employee name",
         "Needed. As it is written in the children's sheet.", "B. Carter"),
    _iro("iro_reference", "IRO reference", "text", "", "iro id;iro ref;iro no;iro number;staff id;staff number;"
         "employee id;employee number;payroll;payroll number", "id;ref;reference",
         "May be left out. Staff number or the like; the same from one import to the next.", "40117"),
    _iro("hours", "Contracted hours", "number", "contracted_hours", "hours;hrs;weekly hours;hours per week;"
         "hours a week;hours week;hrs wk;hrs per week;working hours;weekly contracted hours;"
         "contract hours;contracted hrs;hours contracted", "",
         "A week. Full time when left empty.", "37"),
    _iro("fte", "FTE", "number", "", "full time equivalent;wte;whole time equivalent", "",
         "Instead of contracted hours: 1 is full time.", "1"),
    _iro("employment", "Employment", "employment", "employment", "employment type;employment status;contract;"
         "contract type;permanent interim;permanent or interim;perm interim;perm agency;perm or agency;agency",
         "type;status;basis", "Permanent or interim.", "permanent"),
    _iro("first_day", "First day", "date", "first_day", "start date;date started;started;iro start date",
         "start;from", "Day, month, year. When they start; empty when long here.", "01/09/2026"),
    _iro("last_day", "Last day", "date", "last_day", "contract end;contract end date;contract ends;end of contract;"
         "end date;leaving date;leaves;finish date;last working day", "end;until;to",
         "The last day of work: a contract's end, or a leaver's.", "31/03/2027"),
    _iro("takes", "Takes", "takes", "takes", "case types;types taken;takes lac cp;lac cp;lac or cp;remit;case type",
         "work", "LAC, CP or both.", "both"),
    _iro("skills", "Skills", "words", "skills", "skill;specialisms;specialism;languages;expertise", "",
         "Separated by semicolons.", "UASC; Punjabi"),
    _iro("iro_team", "Team", "text", "team", "iro team;service area", "area;locality", "", "North"),
    _iro("base_postcode", "Base postcode", "postcode", "base_postcode", "base;office postcode;office;work base",
         "postcode;post code", "Where they set out from to visit.", "HD1 2TA"),
    _iro("other_duties", "Other duties", "number", "", "other duties percent;other duties part;non reviewing;"
         "non reviewing time;time for other duties", "",
         "The part of their time that is not reviewing: 20% or 0.2.", "20%"),
    _iro("limit", "Limit", "number", "limit", "caseload limit;max caseload;maximum caseload;maximum;cap", "",
         "Only when other than the service's limit for their hours.", "50"),
    _iro("takes_new", "New referrals", "yes", "takes_new", "takes new;takes new referrals;accepting referrals;"
         "accepting;open to referrals;new cases", "", "Yes or No.", "Yes"),
    _iro("email", "Email", "text", "email", "email address;e mail;work email", "", "", "b.carter@council.example"),
    _iro("phone", "Phone", "text", "phone", "telephone;mobile;phone number;tel;work mobile", "", "", "01632 960 001"),
)  # fmt: skip
"""What a list of IROs may hold; the first is needed."""

CHILDREN = (
    _child("child", "Child reference", "reference", "", "child ids;childrens ids;children ids;ids of children;"
           "lcs ids;child refs;mosaic ids;child references;children s ids;child id;childs id;child ref;"
           "child reference number;"
           "child unique id;child number;child no;lcs id;lcs no;lcs number;lcs ref;lcs;mosaic id;mosaic no;"
           "mosaic number;mosaic ref;mosaic;eclipse id;liquidlogic id;carefirst id;swift id;ics id;person id;"
           "client id;service user id;case number;case id;case ref;case reference;pid",
           "child;children;id;ref;ref no;reference;reference number;number;no;unique id;system id",
           "Needed. The reference of the case-management system.", "00123"),
    _child("family", "Family", "text", "family", "family same row;family heading;"
           "family id;family ref;family reference;family no;"
           "family number;"
           "family key;family group;fam;fam id;sib grp;sib group;sibling group;sibling grp;sibling group id;"
           "sibling id;sibling ref;siblings;sibs", "group;household",
           "The same key for children who belong together.", "F-17"),
    _child("type", "Type", "type", "type", "type heading;case type;child type;lac cp;lac or cp;cp lac;cla cp;cohort",
           "status;plan;plan type;service;category;lac;stream;case status;open to",
           "LAC, CP or both.", "LAC"),
    _child("iro", "IRO", "iro", "", "iro heading;iro sheet;iro name;allocated iro;current iro;named iro;iro allocated;"
           "independent reviewing officer;reviewing officer;iro chair;iro cp chair;cp chair;conference chair;chair",
           "officer;allocated to;allocated",
           "The name of the child's IRO; empty for a child who waits for one.", "B. Carter"),
    _child("since", "Since", "date", "", "iro since;with iro since;with this iro since;iro start;iro start date;"
           "iro allocated date;iro allocation date;date iro allocated;date allocated;date allocated to iro;"
           "allocation date;allocated date;allocated on;iro from", "allocated;date",
           "Since when the child has had this IRO.", "01/05/2025"),
    _child("former_iro", "Former IRO", "iro", "", "former iros;previous iro;previous iros;prev iro;last iro;old iro",
           "", "IROs the child had before; separated by semicolons.", "R. Bell"),
    _child("name", "Name", "text", "name", "names;childrens names;child names;names of children;"
           "name beside reference;childs name;child name;name of child;full name;child full name;"
           "childs full name", "child;initials", "May be left out.", "Alex Example"),
    _child("born", "Date of birth", "date", "born", "dobs;dates of birth;childrens dobs;dob;d o b;birth date;"
           "birthdate;born;childs dob;child dob",
           "", "Day, month, year.", "14/02/2017"),
    _child("expected", "Expected date of birth", "date", "expected", "edd;due date of birth;expected", "due date",
           "For an unborn child.", ""),
    _child("opened", "Opened", "date", "opened", "date opened;open date;looked after since;lac since;cla since;"
           "became looked after;date became looked after;date became lac;became lac;date became cla;"
           "lac start;lac start date;lac date;cla start;cla start date;"
           "date started to be looked after;date came into care;came into care;into care;cp start;cp start date;"
           "cp since;cpp start date;plan start;plan start date;child protection plan start date;needs an iro since;"
           "episode start;referral date;date of referral;referred;date referred",
           "start;start date;date started;from;date", "The day from which the child needs an IRO.", "12/04/2025"),
    _child("closed", "Ended", "date", "closed", "closed;date closed;date ended;ceased;date ceased;end date;"
           "date ceased to be looked after;cp end date;plan end date;child protection plan end date;lac end date;"
           "left care;discharge date", "end;to", "When it has ended: the first day without need of an IRO.", ""),
    _child("legal_status", "Legal status", "status", "legal_status", "childs legal status;ls;legal", "", "", "C2"),
    _child("category", "Category", "text", "category", "category of abuse;cp category;plan category;"
           "latest category of abuse;abuse category", "category of need", "Of the plan, or of need.", "Neglect"),
    _child("team", "Team", "text", "team", "social work team;allocated team;sw team;social worker team;locality",
           "area", "", ""),
    _child("social_worker", "Social worker", "text", "social_worker", "allocated social worker;allocated worker;sw;"
           "case worker;caseworker;key worker;social worker name;name of social worker;worker;lead worker", "",
           "Who is written to about a new IRO.", "S. Worker"),
    _child("mother", "Mother’s reference", "reference", "mother", "mother reference;mothers reference;mother id;"
           "mothers id;mother ref;mothers ref;mother lcs id;mothers lcs id", "mother",
           "Only of a mother who is looked after herself; they have different IROs.", ""),
    _child("placement_postcode", "Placement postcode", "postcode", "placement_postcode", "placement post code;"
           "plc postcode;placement pc;pl post;postcode of placement", "plc p code;plc pc;p code;pcode;postcode;"
           "post code;address postcode;current postcode;placement", "Whole, such as HD1 2TA.", "HD1 2TA"),
    _child("home_postcode", "Home postcode", "postcode", "home_postcode", "home post code;home post;home pc;"
           "postcode of home;home address postcode;parents postcode;parent postcode;family postcode;"
           "postcode home;family home postcode", "home;family home",
           "Where the child lived before; with it the distance is worked out.", "HD3 4AB"),
    _child("placement_authority", "Council of the placement", "council", "placement_authority",
           "la of placement;placement la;placement authority;placement local authority;authority of placement;"
           "local authority of placement;placing area;placement council;host authority;host la", "local authority;la",
           "The council in whose area the placement is, by name or code.", "Kirklees"),
    _child("confidential", "Placement confidential", "yes", "confidential", "confidential placement;"
           "confidential address;address confidential;address withheld;placement withheld;postcode withheld;"
           "restricted address;confidential", "restricted;withheld",
           "Yes when nobody may know where; give the distance band instead of the postcode.", "No"),
    _child("distance_band", "Distance band", "band", "distance_band", "distance banding;band of distance;"
           "mileage band;distance from home band", "band",
           "When the miles are not known: in area, under 20, 20 to 50, or over 50.", ""),
    _child("miles", "Miles from home", "number", "placement_miles", "placement distance;distance;"
           "distance from home;miles;distance miles;distance in miles;placement miles;miles to placement", "",
           "In a straight line; empty when not known.", "31.4"),
    _child("out_of_area", "Out of area", "area", "out_of_area", "ooa;ola;oob;out of authority;out of county;"
           "out of borough;placed out of area;in or out of area;in out area;in area or out of area", "area",
           "Yes or No.", "No"),
    _child("factors", "Factors", "factors", "factors", "flags;flag;complexity;complexity factors;complexities;"
           "risk flags;additional needs;complex", "needs;alerts;markers;notes;comments",
           "What makes the case ask for more, separated by semicolons: "
           f"{', '.join(factor.label for factor in DEFAULT_FACTORS)}.", "care proceedings in court"),
    _child("requires", "Requires", "words", "requires", "required skills;required skill;must have;"
           "skills required", "", "Skills that the IRO must have.", ""),
    _child("prefers", "Prefers", "words", "prefers", "preferred skills;preferred skill;preference;preferences",
           "", "Skills that the IRO should have.", "Punjabi"),
    _child("pinned", "Pinned", "text", "", "pin;keep with iro;do not move;do not change iro;must keep iro", "",
           "Yes, or the reason, when the child must keep this IRO.", ""),
    _child("barred", "IROs who may not", "words", "", "barred;barred iro;barred iros;conflict;conflicts;"
           "conflict of interest;conflicted iro;not iro", "",
           "IROs who may not have this child, with the reason in brackets.", "R. Bell (was team manager)"),
    _child("last_review", "Last review", "date", "last_review", "reviews last;review last;last review date;"
           "date of last review;"
           "previous review;last lac review;last cla review;last conference;date of latest review", "", "", ""),
    _child("next_review", "Next review", "date", "next_review", "reviews next;review next;next review date;"
           "next review due;review due;"
           "review due date;date of next review;next lac review;next cla review;next cic review;next conference;"
           "next review conference;next rcpc;review date due;review by", "review date;review",
           "The next review or conference.", "27/11/2026"),
)  # fmt: skip
"""What a list of children may hold; the first is needed. Factors may have columns of their own as well."""

FACTOR = "factor:"
"""Begins the key of a yes-or-no column for one factor of the weights, such as `factor:court`."""

_FACTOR_WORDS: Mapping[str, str] = {
    "disability": "disability;disabled;disabilities;complex health;cwd;child with disability;n2",
    "court": "court;care proceedings;in proceedings;proceedings;in court;court proceedings;plo and court;s31",
    "uasc": "uasc;asylum;asylum seeking;unaccompanied;unaccompanied asylum seeker;uasc yes no",
    "interpreter": "interpreter;interpreter required;needs interpreter",
    "exploitation": "exploitation;cse;cce;missing;missing episodes;mfh;at risk of exploitation;exploited;trafficked",
}


def factor_words(factor: Factor) -> frozenset[str]:
    """The words by which a factor is known in a sheet, as `plain` writes them."""
    pieces = factor.label.replace(" or ", ";")
    return _headers(f"{factor.key};{factor.label};{pieces};{_FACTOR_WORDS.get(factor.key, '')}")


@cache
def known(settings: Settings) -> Mapping[str, Meaning]:
    """Every meaning by key, a yes-or-no column for each factor of these weights included."""
    factors = (
        Meaning(
            FACTOR + factor.key, factor.label.capitalize(), "children", "yes", "", factor_words(factor),
            frozenset(), "Yes or No.", "No",
        )
        for factor in settings.scheme.factors
    )  # fmt: skip
    return {meaning.key: meaning for meaning in (*IROS, *CHILDREN, *factors)}
