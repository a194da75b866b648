"""Numbers that carry their own proof: the unified social credit code (GB 32100-2015) and the resident's ID number."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from stdnum import numdb
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from merchants.checks.verdict import Facts, Verdict, fail, ok, unsure

#: 31 characters: digits and capital letters without I, O, S, V, Z.
_SHAPE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_OLD_NUMBER = re.compile(r"[0-9]{15}")
_INNER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
#: First character: who registered it (GB 32100-2015, table 1).
AUTHORITIES = {
    "1": _("Institution staffing (机构编制)"),
    "2": _("Foreign affairs (外交)"),
    "3": _("Justice (司法行政)"),
    "4": _("Culture (文化)"),
    "5": _("Civil affairs (民政)"),
    "6": _("Tourism (旅游)"),
    "7": _("Religious affairs (宗教)"),
    "8": _("Trade unions (工会)"),
    "9": _("Market regulation (市场监管)"),
    "A": _("Military commission (中央军委改革和编制管理部门)"),
    "N": _("Agriculture (农业)"),
    "Y": _("Another authority"),
}
#: First two characters: what kind of organisation; what is not here is "other".
CLASSES = {
    "91": _("Enterprise"),
    "92": _("Sole trader"),
    "93": _("Farmers' co-operative"),
    "11": _("Government body"),
    "12": _("Public institution"),
    "51": _("Social organisation"),
    "52": _("Private non-enterprise unit"),
    "53": _("Foundation"),
    "N1": _("Collective economic organisation"),
    "N2": _("Collective economic organisation"),
    "N3": _("Collective economic organisation"),
}


@dataclass(frozen=True)
class Registered:
    """What a credit code says about its owner. `division` is the place in Chinese, "" when its code is unknown."""

    authority: object
    organisation_class: object
    division_code: str
    division: str
    organisation: str
    taxpayer: str


def compact(code: str) -> str:
    """Return the code as it is stored: capitals, without spaces and hyphens, full-width characters made narrow."""
    narrow = "".join(chr(ord(c) - 0xFEE0) if 0xFF01 <= ord(c) <= 0xFF5E else c for c in code)
    return "".join(narrow.split()).replace("-", "").upper()


def organisation_check(organisation: str) -> str:
    """Return the check character of an 8-character organisation code (GB 11714): 11 − Σ mod 11; 10 is X, 11 is 0."""
    total = sum(int(character, 36) * weight for character, weight in zip(organisation, _INNER_WEIGHTS, strict=True))
    return "0X987654321"[total % 11]


def is_right(code: str) -> bool:
    """Whether a compacted code has 18 characters and both check characters right."""
    return bool(_SHAPE.fullmatch(code)) and (
        code[17] == uscc.calc_check_digit(code[:17]) and code[16] == organisation_check(code[8:16])
    )


def registered(code: str) -> Registered | None:
    """Return what a credit code says: who registered what, and where; None when the code is not right.

    Since the three certificates were merged (October 2015) characters 9-17 are the organisation code and the whole code
    is the taxpayer's id, so neither certificate is needed beside the licence.
    """
    code = compact(code)
    if not is_right(code):
        return None
    return Registered(
        authority=AUTHORITIES.get(code[0], AUTHORITIES["Y"]),
        organisation_class=CLASSES.get(code[:2], _("Other")),
        division_code=code[2:8],
        division=division(code[2:8]),
        organisation=f"{code[8:16]}-{code[16]}",
        taxpayer=code,
    )


def division(code: str) -> str:
    """The name of a six-digit place (GB/T 2260), also one that was dissolved; "" when it is unknown."""
    names: dict[str, str] = {}
    for _part, found in numdb.get("cn/loc").info(code):
        names |= found
    county = names.get("county", "").split(",")[-1].rpartition("]")[2]
    province = names.get("province", "")
    return province if county == province else f"{province}{county}"


def credit_code(facts: Facts) -> Verdict:
    """The 18 characters, the check digit, and the organisation code inside (characters 9-17)."""
    if facts.is_individual:
        return ok("credit_code.not_needed")
    code = compact(facts.uscc)
    if not code:
        return fail("credit_code.missing")
    if _OLD_NUMBER.fullmatch(code):
        return unsure("credit_code.old_number", code=code)
    if len(code) != 18:
        return fail("credit_code.length", length=len(code))
    if not _SHAPE.fullmatch(code):
        return fail("credit_code.characters", code=code)
    if code[17] != (expected := uscc.calc_check_digit(code[:17])):
        return fail("credit_code.check_digit", given=code[17], expected=expected)
    if code[16] != (expected := organisation_check(code[8:16])):
        return fail("credit_code.organisation", given=code[16], expected=expected)
    return ok("credit_code.right", organisation=f"{code[8:16]}-{code[16]}")


def organisation_class(facts: Facts) -> Verdict:
    """The first two characters say who registered what: 91 enterprise, 92 sole trader, 93 farmers' co-operative."""
    code = compact(facts.uscc)
    if facts.is_individual:
        return ok("organisation_class.not_needed")
    if len(code) != 18:
        return unsure("organisation_class.unknown")
    is_sole_trader = code.startswith("92")
    if is_sole_trader and facts.shop_type != "sole_trader":
        return fail("organisation_class.sole_trader")
    if code.startswith("91") and facts.shop_type == "sole_trader":
        return fail("organisation_class.company")
    if not is_sole_trader and not code.startswith("91"):
        return unsure("organisation_class.other", start=code[:2])
    if code[2:8].isdigit() and not division(code[2:8]):
        return unsure("organisation_class.place", place=code[2:8])
    return ok("organisation_class.fits", start=code[:2])


def id_number(facts: Facts) -> Verdict:
    """A resident's ID number: 18 characters with a birth date and a check digit. Other papers are left to people.

    So are numbers of a place that the list of places does not know: the list is never complete.
    """
    number = compact(facts.id_number)
    if not number:
        return fail("id_number.missing")
    if len(number) != 18 or not (number[:17].isascii() and number[:17].isdigit()):
        return unsure("id_number.foreign")
    if number[17] != ric.calc_check_digit(number):
        return fail("id_number.check_digit")
    try:
        ric.get_birth_date(number)
    except ValidationError:
        return fail("id_number.wrong")
    if not _is_place(number):
        return unsure("id_number.place", place=number[:6])
    return ok("id_number.right")


def _is_place(number: str) -> bool:
    """Whether the list knows the place of an ID number, and the place existed when its owner was born."""
    try:
        return bool(ric.get_birth_place(number))
    except (ValidationError, KeyError):  # a new district has a province and no name of its own in the list
        return False
