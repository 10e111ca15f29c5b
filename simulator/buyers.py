"""Invented buyers: names, streets and numbers that belong to nobody.

Phone numbers come from the ranges that regulators keep free for film and radio where there is one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Country:
    """Where buyers live: cities as (city, region, postal code), streets, names, phone prefix."""

    cities: tuple[tuple[str, str, str], ...]
    streets: tuple[str, ...]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    phone: str
    number_first: bool = False


@dataclass(frozen=True)
class Buyer:
    """Who buys and where it goes; `region` is a state or province code, empty where unused."""

    key: str
    first_name: str
    last_name: str
    email: str
    phone: str
    line1: str
    city: str
    region: str
    postal_code: str
    country: str
    company: str = ""

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


COUNTRIES: Mapping[str, Country] = {
    "US": Country(
        (("Portland", "OR", "97205"), ("Austin", "TX", "78701"), ("Madison", "WI", "53703")),
        ("Alder Street", "Juniper Avenue", "Mill Road"),
        ("Avery", "Jordan", "Riley", "Morgan", "Casey"),
        ("Whitlock", "Pennefather", "Okonkwo", "Lindqvist", "Marsh"),
        "+1 201-555-01{:02d}",
        number_first=True,
    ),
    "CA": Country(
        (
            ("Toronto", "ON", "M5V 2T6"),
            ("Vancouver", "BC", "V6B 1A1"),
            ("Halifax", "NS", "B3H 1A1"),
        ),
        ("Cedar Lane", "Harbour Street", "King's Row"),
        ("Noor", "Émilie", "Graeme", "Sanjit", "Maud"),
        ("Tremblay-Ross", "MacAskill", "Virk", "Beaulieu", "Oakes"),
        "+1 604-555-01{:02d}",
        number_first=True,
    ),
    "DE": Country(
        (("Berlin", "", "10115"), ("München", "", "80331"), ("Leipzig", "", "04109")),
        ("Lindenweg", "Am Mühlgraben", "Gartenstraße"),
        ("Jonas", "Mareike", "Cem", "Annegret", "Falk"),
        ("Muster", "Beispielmann", "Yıldız", "Grünwald", "Sörensen"),
        "+49 30 23125 0{:02d}",
    ),
    "FR": Country(
        (("Lyon", "", "69002"), ("Nantes", "", "44000"), ("Lille", "", "59800")),
        ("rue des Tilleuls", "allée du Canal", "quai Voltaire"),
        ("Apolline", "Rémi", "Salomé", "Bastien", "Inès"),
        ("Durand-Exemple", "Lefèvre", "Morvan", "Diallo", "Carpentier"),
        "+33 1 99 00 12 {:02d}",
        number_first=True,
    ),
    "IT": Country(
        (("Torino", "TO", "10121"), ("Bologna", "BO", "40121"), ("Bari", "BA", "70121")),
        ("Via dei Tigli", "Corso Esempio", "Piazza del Pozzo"),
        ("Fiamma", "Ludovico", "Chiara", "Nicolò", "Giada"),
        ("Esposito", "Rinaldi", "Colonna", "De Santis", "Prova"),
        "+39 02 1234 56{:02d}",
    ),
    "GB": Country(
        (("Bristol", "", "BS1 4DJ"), ("Leeds", "", "LS1 4AP")),
        ("Sample Row", "Chapel Walk"),
        ("Imogen", "Callum", "Priya"),
        ("Hathersage", "Example", "Bhatt"),
        "+44 20 7946 01{:02d}",
        number_first=True,
    ),
    "BR": Country(
        (("São Paulo", "SP", "01310-100"), ("Curitiba", "PR", "80010-000")),
        ("Rua das Acácias", "Avenida Modelo"),
        ("Thaís", "Caio", "Luana"),
        ("Ferreira", "Exemplo", "Nogueira"),
        "+55 11 2345-67{:02d}",
    ),
    "JP": Country(
        (("渋谷区", "東京都", "150-0002"), ("中央区", "大阪府", "541-0041")),
        ("見本町", "例題通り"),
        ("陽菜", "蓮", "美咲"),
        ("見本", "例田", "試野"),
        "+81 3-1234-56{:02d}",
    ),
}
_FIRMS = ("Supply", "Interiors", "Office", "Workspace", "Trading", "Outfitters")


def consumer(rng: Random, country: str, key: str) -> Buyer:
    """Return somebody who buys for themselves; `key` is what the shop calls them."""
    home = COUNTRIES[country]
    city, region, postal_code = rng.choice(home.cities)
    first, last = rng.choice(home.first_names), rng.choice(home.last_names)
    house, street = rng.randint(1, 180), rng.choice(home.streets)
    return Buyer(
        key=key,
        first_name=first,
        last_name=last,
        email=f"buyer-{key}@example.com",
        phone=home.phone.format(rng.randint(0, 99)),
        line1=f"{house} {street}" if home.number_first else f"{street} {house}",
        city=city,
        region=region,
        postal_code=postal_code,
        country=country,
    )


def dealer(seed: int, country: str, key: str) -> Buyer:
    """Return the dealer a shop knows under this key: the same firm every time."""
    rng = Random(f"{seed}:dealer:{key}")
    person = consumer(rng, country, key)
    firm = f"{person.last_name} {rng.choice(_FIRMS)}"
    values = person.__dict__ | {"company": firm, "email": f"purchasing-{key}@example.net".lower()}
    return Buyer(**values)
