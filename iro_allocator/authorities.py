"""England's councils with children's services: name, the Department for Education's number, the ONS code.

Source: the Department for Education's local authority numbers (as in the SSDA903 guide) and the ONS codes of
local authorities, as of April 2025; a county's districts belong to it. Under the Open Government Licence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Authority:
    """A council by its number ("382"), name ("Kirklees") and ONS code ("E08000034")."""

    code: str
    name: str
    ons: str


_UNITARY = (
    "805 Hartlepool;806 Middlesbrough;807 Redcar and Cleveland;808 Stockton-on-Tees;841 Darlington;876 Halton;"
    "877 Warrington;889 Blackburn with Darwen;890 Blackpool;810 Kingston upon Hull;811 East Riding of Yorkshire;"
    "812 North East Lincolnshire;813 North Lincolnshire;816 York;831 Derby;856 Leicester;857 Rutland;"
    "892 Nottingham;884 Herefordshire;894 Telford and Wrekin;861 Stoke-on-Trent;800 Bath and North East Somerset;"
    "801 Bristol;802 North Somerset;803 South Gloucestershire;879 Plymouth;880 Torbay;;;866 Swindon;"
    "874 Peterborough;821 Luton;882 Southend-on-Sea;883 Thurrock;887 Medway;867 Bracknell Forest;"
    "869 West Berkshire;870 Reading;871 Slough;868 Windsor and Maidenhead;872 Wokingham;826 Milton Keynes;"
    "846 Brighton and Hove;851 Portsmouth;852 Southampton;921 Isle of Wight;840 Durham;;895 Cheshire East;"
    "896 Cheshire West and Chester;893 Shropshire;908 Cornwall;420 Isles of Scilly;865 Wiltshire;822 Bedford;"
    "823 Central Bedfordshire;929 Northumberland;839 Bournemouth, Christchurch and Poole;838 Dorset;"
    "825 Buckinghamshire;940 North Northamptonshire;941 West Northamptonshire;942 Cumberland;"
    "943 Westmorland and Furness;815 North Yorkshire;933 Somerset"
)
_METROPOLITAN = (
    "350 Bolton;351 Bury;352 Manchester;353 Oldham;354 Rochdale;355 Salford;356 Stockport;357 Tameside;"
    "358 Trafford;359 Wigan;340 Knowsley;341 Liverpool;342 St Helens;343 Sefton;344 Wirral;;371 Doncaster;"
    "372 Rotherham;;;391 Newcastle upon Tyne;392 North Tyneside;393 South Tyneside;394 Sunderland;"
    "330 Birmingham;331 Coventry;332 Dudley;333 Sandwell;334 Solihull;335 Walsall;336 Wolverhampton;"
    "380 Bradford;381 Calderdale;382 Kirklees;383 Leeds;384 Wakefield;390 Gateshead;370 Barnsley;373 Sheffield"
)
_LONDON = (
    "201 City of London;301 Barking and Dagenham;302 Barnet;303 Bexley;304 Brent;305 Bromley;202 Camden;"
    "306 Croydon;307 Ealing;308 Enfield;203 Greenwich;204 Hackney;205 Hammersmith and Fulham;309 Haringey;"
    "310 Harrow;311 Havering;312 Hillingdon;313 Hounslow;206 Islington;207 Kensington and Chelsea;"
    "314 Kingston upon Thames;208 Lambeth;209 Lewisham;315 Merton;316 Newham;317 Redbridge;"
    "318 Richmond upon Thames;210 Southwark;319 Sutton;211 Tower Hamlets;320 Waltham Forest;212 Wandsworth;"
    "213 Westminster"
)
"""In the order of their ONS codes, from 1; nothing between two semicolons where a code is no longer used."""

_COUNTIES = (
    "873 Cambridgeshire 3 8-12;830 Derbyshire 7 32-39;878 Devon 8 40-47;845 East Sussex 11 61-65;"
    "881 Essex 12 66-77;916 Gloucestershire 13 78-83;850 Hampshire 14 84-94;"
    "919 Hertfordshire 15 95-96,98-99,102-103,240-243;886 Kent 16 105-116;888 Lancashire 17 117-128;"
    "855 Leicestershire 18 129-135;925 Lincolnshire 19 136-142;926 Norfolk 20 143-149;"
    "891 Nottinghamshire 24 170-176;931 Oxfordshire 25 177-181;860 Staffordshire 28 192-199;"
    "935 Suffolk 29 200-203,244-245;936 Surrey 30 207-217;937 Warwickshire 31 218-222;"
    "938 West Sussex 32 223-229;885 Worcestershire 34 234-239"
)
"""Number, name, the number in the county's ONS code, and those in the codes of its districts."""

_ELSEWHERE = {"W": "Wales", "S": "Scotland", "N": "Northern Ireland", "L": "Channel Islands", "M": "Isle of Man"}
_NOT_ENGLISH = re.compile(rf"[{''.join(_ELSEWHERE)}]\d{{8}}")
_OLD = {"E08000016": "370", "E08000019": "373"}
_NOISE = re.compile(
    r"\b(metropolitan|borough|county|city|district|council|london|royal|of|the|upon|on|mbc|cc|lbc?|la|children s|"
    r"childrens|services?|trust)\b"
)


@cache
def known() -> Mapping[str, Authority]:
    """Every council by its number."""
    found = {}
    for letters, listed in (("E06", _UNITARY), ("E08", _METROPOLITAN), ("E09", _LONDON)):
        for place, entry in enumerate(listed.split(";"), start=1):
            if entry:
                found[entry[:3]] = Authority(entry[:3], entry[4:], f"{letters}{place:06d}")
    for entry in _COUNTIES.split(";"):
        name, number, _ = entry[4:].rsplit(" ", 2)
        found[entry[:3]] = Authority(entry[:3], name, f"E10{int(number):06d}")
    return dict(sorted(found.items(), key=lambda pair: pair[1].name))


def named(code: str) -> str:
    """The name of a council by its number; outside England the nation before the code; another code as it stands."""
    if authority := known().get(code):
        return authority.name
    return f"{_ELSEWHERE[code[0]]} ({code})" if _NOT_ENGLISH.fullmatch(code) else code


def find(said: str) -> str:
    """The number of the council that a number, an ONS code or a name such as “Kirklees Council” means, "" for none."""
    shown = said.strip()
    return shown if shown in known() else of_ons(shown) or _names().get(_plain(shown), "")


def of_ons(code: str) -> str:
    """The number of the council in whose area an ONS code is, a district's of a county included; "" for none."""
    return _codes().get(code.strip().upper(), "")


@cache
def _codes() -> Mapping[str, str]:
    found = {authority.ons: authority.code for authority in known().values()} | _OLD
    for entry in _COUNTIES.split(";"):
        for part in entry.rsplit(" ", 1)[1].split(","):
            first, _, last = part.partition("-")
            found.update({f"E07{number:06d}": entry[:3] for number in range(int(first), int(last) + 1)})
    return found


@cache
def _names() -> Mapping[str, str]:
    return {_plain(authority.name): authority.code for authority in known().values()}


def _plain(name: str) -> str:
    words = re.sub(r"[\W_]+", " ", name.casefold().replace("&", " and "))
    return " ".join(_NOISE.sub(" ", words).split()) or words.strip()
