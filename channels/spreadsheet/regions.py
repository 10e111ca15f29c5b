"""States as sellers' reports spell them, to one name; India's, whose reports let buyers type.

Source of the names: ISO 3166-2:IN. Variants are matched without case, spaces and signs.
"""

import re
from collections.abc import Mapping
from functools import cache

_INDIA: Mapping[str, str] = {
    "Andaman and Nicobar Islands": "andamannicobar|andamannicobarislands|an",
    "Andhra Pradesh": "ap|andhrapradesh|andhra",
    "Arunachal Pradesh": "arunachalpradesh|arunachal|ar",
    "Assam": "assam|as|asam",
    "Bihar": "bihar|br",
    "Chandigarh": "chandigarh|ch|chd|chandigadh",
    "Chhattisgarh": "chhattisgarh|chattisgarh|cg|ct|chattishgarh|chhatisgarh",
    "Dadra and Nagar Haveli and Daman and Diu": "dadraandnagar|dadranagarhaveli|damandiu|"
    "dadraandnagarhaveli|damananddiu|dn|dd|dh|daman|diu|dadraandnagarhavelianddamananddiu",
    "Delhi": "delhi|newdelhi|nctofdelhi|dl|nct|delhincr",
    "Goa": "goa|ga",
    "Gujarat": "gujarat|gj|gujrat|gujarath",
    "Haryana": "haryana|hr|hariyana",
    "Himachal Pradesh": "himachalpradesh|hp|himachal",
    "Jammu and Kashmir": "jammukashmir|jk|jammuandkashmir|jammu|kashmir",
    "Jharkhand": "jharkhand|jh|jharkand",
    "Karnataka": "karnataka|ka|karnatka|bangalore|bengaluru",
    "Kerala": "kerala|kl|keral",
    "Ladakh": "ladakh|la|lk",
    "Lakshadweep": "lakshadweep|ld",
    "Madhya Pradesh": "madhyapradesh|mp",
    "Maharashtra": "maharashtra|mh|maharastra|mumbai|maharashta",
    "Manipur": "manipur|mn",
    "Meghalaya": "meghalaya|ml",
    "Mizoram": "mizoram|mz",
    "Nagaland": "nagaland|nl",
    "Odisha": "odisha|orissa|or|od",
    "Puducherry": "puducherry|pondicherry|py|pondichery",
    "Punjab": "punjab|pb|panjab|punjabmohalizirakpur|mohali|zirakpur",
    "Rajasthan": "rajasthan|rj|rajshthan|rajsthan|rajesthan|rajastan",
    "Sikkim": "sikkim|sk",
    "Tamil Nadu": "tamilnadu|tn|chennai",
    "Telangana": "telangana|ts|tg|telengana|hyderabad",
    "Tripura": "tripura|tr",
    "Uttar Pradesh": "uttarpradesh|up",
    "Uttarakhand": "uttarakhand|uk|ua|ut|uttaranchal|uttrakhand",
    "West Bengal": "westbengal|wb|kolkata",
}


def tidy_region(region: str, country: str) -> str:
    """Return the usual name of a state where we know its spellings, else what was said."""
    if country != "IN":
        return region
    return _indian().get(re.sub(r"[^a-z]", "", region.casefold().replace("&", "and")), region)


@cache
def _indian() -> Mapping[str, str]:
    return {
        variant: name for name, variants in _INDIA.items() for variant in variants.split("|")
    } | {re.sub(r"[^a-z]", "", name.casefold()): name for name in _INDIA}
