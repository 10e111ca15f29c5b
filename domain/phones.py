"""Phone numbers, as libphonenumber knows them."""

from functools import lru_cache

import phonenumbers

# A number is looked at several times while its order is taken in; parsing it takes 50 µs.
_REMEMBERED = 4096


def e164(phone: str, country: str) -> str | None:
    """Return a dialable number as `+4930901820`, None for anything that is not one.

    `country` is the ISO code for numbers written without their country code; it may be empty.
    An extension is accepted and left out.
    """
    number = _dialled(phone, country)
    return number.partition(";")[0] if number else None


def tidy_phone(phone: str, country: str) -> str:
    """Return a dialable number as E.164, its extension as in RFC 3966: `+14803860930;ext=73824`.

    What can't be dialled comes back stripped, for a person to read.
    """
    return _dialled(phone, country) or phone.strip()


@lru_cache(_REMEMBERED)
def _dialled(phone: str, country: str) -> str | None:
    try:
        number = phonenumbers.parse(phone, country or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    dialled = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{dialled};ext={number.extension}" if number.extension else str(dialled)
