"""Made-up names: of IROs in the short form lists use, of children by where a family comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a family comes from: first names, surnames, the languages an interpreter may be needed for."""

    firsts: tuple[str, ...]
    surnames: tuple[str, ...]
    languages: tuple[str, ...] = ()


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ENGLISH = Origin(
    _words(
        "Alfie Amelia Archie Ava Bailey Bethany Bradley Callum Charlie Chloe Connor Daisy Declan Ella Ellie Ethan "
        "Evie Finley Freya George Gracie Harley Harry Holly Isla Jack Jacob Jade Jayden Jessica Kayden Keira Kian "
        "Lacey Leah Lewis Lexi Liam Lily Logan Lola Luke Maisie Mason Megan Mia Millie Molly Morgan Noah Oliver "
        "Olivia Oscar Phoebe Poppy Reece Riley Rory Rosie Ruby Ryan Sophie Summer Tegan Theo Toby Tyler Zoe"
    ),
    _words(
        "Armitage Barker Beaumont Booth Bradley Brook Broadbent Brown Castle Clegg Crowther Dixon Dyson Earnshaw Ellis "
        "Firth Fox Gledhill Greenwood Haigh Hall Hinchliffe Hirst Holroyd Horsfall Jagger Kaye Kenworthy Kirk Lockwood "
        "Lodge Mellor Milnes Moorhouse Naylor Netherwood Noble Oldroyd Pogson Quarmby Rhodes Roberts Schofield Senior "
        "Shaw Smith Stead Sutcliffe Swift Sykes Taylor Thewlis Thornton Tinker Walker Whitwam Wilson Wood"
    ),
)
SOUTH_ASIAN = Origin(
    _words(
        "Aaliyah Aisha Amina Ayaan Bilal Danyal Fatima Hafsa Hamza Haris Ibrahim Imaan Inaya Jasmine Kiran Maryam "
        "Mohsin Musa Nadia Raheem Safa Samina Simran Sumaya Yusuf Zahra Zain Zara"
    ),
    _words(
        "Ahmed Akhtar Ali Bashir Begum Bhatti Chaudhry Dar Gill Hussain Iqbal Javed Kaur Khan Mahmood Malik Mirza "
        "Parveen Patel Rafiq Rehman Sandhu Shah Singh Yaqoob"
    ),
    ("punjabi", "urdu"),
)
EAST_EUROPEAN = Origin(
    _words(
        "Adrian Aleksandra Daria Dawid Filip Gabriela Hanna Igor Jakub Julia Kacper Kinga Lena Maja Marek Nikola "
        "Oliwia Patryk Radka Stefan Szymon Tomas Wiktoria Zuzanna"
    ),
    _words(
        "Balog Bartosz Dudek Horvath Jankowski Kowalczyk Kral Lakatos Mazur Nowak Pavlov Pawlak Sikora Stanek "
        "Szabo Wilk Wozniak Zajac"
    ),
    ("polish", "polish", "slovak"),
)
AFRICAN_CARIBBEAN = Origin(
    _words(
        "Abena Amara Ayo Blessing Chidi Desmond Ebony Emmanuel Faith Grace Isaiah Jerome Joy Kofi Kwame Malachi Naomi "
        "Ngozi Precious Shanice Tapiwa Tendai Zola"
    ),
    _words("Addo Asante Bailey Campbell Chukwu Dube Francis Grant Mensah Moyo Ncube Nkosi Okafor Owusu Reid Sibanda"),
    ("french", "shona"),
)
UNACCOMPANIED = Origin(
    _words("Abel Ahmad Aram Bahar Binh Dawit Elsa Farid Filmon Hassan Karim Linh Luan Mustafa Omar Rebin Samir Yonas"),
    _words("Abdi Ahmadi Berisha Gebre Haile Hamid Karimi Nguyen Noori Osman Rasul Sadiq Tesfay Tran Yusufi Zewde"),
    ("arabic", "pashto", "tigrinya"),
)
SPREAD = ((ENGLISH, 66), (SOUTH_ASIAN, 18), (EAST_EUROPEAN, 8), (AFRICAN_CARIBBEAN, 8))
"""How many families of a hundred come from where; children who came alone are chosen apart."""

_FIRST_IROS = (
    *("A. Hussain", "B. Carter", "C. Dunne", "D. Okafor", "E. Walsh", "F. Begum", "G. Lister", "H. Novak"),
    *("I. Shaw", "J. Patel", "K. Moss", "L. Farrell", "M. Sykes", "N. Ahmed", "O. Grant", "P. Kaur"),
    *("R. Bell", "S. Ivey", "T. Mensah", "V. Zielinska", "W. Thornton", "Y. Chaudhry", "C. Haigh", "J. Adeyemi"),
)
_IRO_SURNAMES = (
    *_words("Abbott Bairstow Chapman Drury Eastwood Flynn Garside Hobson Ingham Jowett Kelly Lumb Marsden Newsome"),
    *_words("Akram Bibi Choudhury Dhillon Iqbal Malik Rashid Sharma Kowalska Lewandowski Petrov Vasile"),
    *_words("Achebe Boateng Diallo Eze Gordon Nyathi Osei Ogbonna Priestley Rowley Sugden Turton Varley Whitaker"),
)
_INITIALS = "ABCDEFGHIJKLMNOPRSTVWYZ"


def iro_names() -> Iterator[str]:
    """Different names of IROs without end, always in the same order."""
    yield from _FIRST_IROS
    middle: tuple[str, ...] = ("",)
    while True:
        for between, surname, initial in product(middle, _IRO_SURNAMES, _INITIALS):
            yield f"{initial}. {between}{surname}"
        middle = tuple(f"{between}{initial}. " for between in middle for initial in _INITIALS)
