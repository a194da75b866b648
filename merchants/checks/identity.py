"""Numbers that carry their own proof: the unified social credit code (GB 32100-2015) and the resident's ID number."""

import re

from stdnum.cn import ric, uscc
from stdnum.exceptions import InvalidChecksum, ValidationError

from merchants.checks.verdict import Facts, Verdict, fail, ok, unsure

#: 31 characters: digits and capital letters without I, O, S, V, Z.
_SHAPE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_OLD_NUMBER = re.compile(r"[0-9]{15}")
_INNER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def compact(code: str) -> str:
    """Return the code as it is stored: capitals, without spaces and hyphens, full-width characters made narrow."""
    narrow = "".join(chr(ord(c) - 0xFEE0) if 0xFF01 <= ord(c) <= 0xFF5E else c for c in code)
    return "".join(narrow.split()).replace("-", "").upper()


def organisation_check(organisation: str) -> str:
    """Return the check character of an 8-character organisation code (GB 11714): 11 − Σ mod 11; 10 is X, 11 is 0."""
    total = sum(int(character, 36) * weight for character, weight in zip(organisation, _INNER_WEIGHTS, strict=True))
    return "0X987654321"[total % 11]


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
    return ok("organisation_class.fits", start=code[:2])


def id_number(facts: Facts) -> Verdict:
    """A resident's ID number: 18 characters with a birth date and a check digit. Other papers are left to people."""
    number = compact(facts.id_number)
    if not number:
        return fail("id_number.missing")
    try:
        ric.validate(number)
    except InvalidChecksum:
        return fail("id_number.check_digit")
    except ValidationError:
        if len(number) == 18 and number[:17].isdigit():
            return fail("id_number.wrong")
        return unsure("id_number.foreign")
    return ok("id_number.right")
