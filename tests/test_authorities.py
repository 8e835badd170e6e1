import pytest

from iro_allocator import authorities, places


def test_every_council_of_england_with_childrens_services_is_there_once() -> None:
    known = authorities.known()
    assert len(known) == 153  # the Department for Education's number of them since April 2023
    assert len({authority.name for authority in known.values()}) == 153
    assert len({authority.ons for authority in known.values()}) == 153
    counts = {
        letters: sum(a.ons.startswith(letters) for a in known.values()) for letters in ("E06", "E08", "E09", "E10")
    }
    assert counts == {"E06": 63, "E08": 36, "E09": 33, "E10": 21}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("382", "382"),
        ("Kirklees", "382"),
        ("Kirklees Metropolitan Council", "382"),
        ("E08000034", "382"),
        ("London Borough of Camden", "202"),
        ("Hull", ""),
        ("City of Bristol", "801"),
        ("Bristol City Council", "801"),
        ("Stockton on Tees", "808"),
        ("Hertfordshire County Council", "919"),
        ("Royal Borough of Kensington & Chelsea", "207"),
        ("", ""),
        ("Out of area", ""),
    ],
)
def test_a_council_is_found_by_number_ons_code_or_name(said: str, code: str) -> None:
    assert authorities.find(said) == code


def test_a_district_belongs_to_its_county() -> None:
    # St Albans is E07000240, in Hertfordshire; Guildford E07000209, in Surrey.
    assert authorities.of_ons("E07000240") == "919"
    assert authorities.of_ons("E07000209") == "936"
    assert authorities.of_ons("W06000015") == ""


@pytest.mark.parametrize(
    ("postcode", "name"),
    [
        ("HD1 2TA", "Kirklees"),
        ("SW1A 1AA", "Westminster"),
        ("S70 2TA", "Barnsley"),  # town hall
        ("AL1 3JE", "Hertfordshire"),  # St Albans district council
        ("GU2 4BB", "Surrey"),  # Guildford borough council
        ("TR1 3AY", "Cornwall"),  # county hall
        ("IP4 1DE", "Suffolk"),
        ("LA9 4DQ", "Westmorland and Furness"),  # Kendal
        ("YO1 7JN", "York"),
    ],
)
def test_a_postcode_is_in_the_area_of_its_council(postcode: str, name: str) -> None:
    assert authorities.named(places.councils([postcode])[postcode]) == name


def test_outside_england_a_postcode_has_the_ons_code_of_its_area() -> None:
    assert places.councils(["CF10 4UW"]) == {"CF10 4UW": "W06000015"}  # Cardiff
    said = [authorities.named(code) for code in ("W06000015", "S12000036", "N09000003", "E99999999", "somewhere", "")]
    assert said == [
        "Wales (W06000015)", "Scotland (S12000036)", "Northern Ireland (N09000003)", "E99999999", "somewhere", "",
    ]  # fmt: skip
