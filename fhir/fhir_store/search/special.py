"""``Location?near=latitude|longitude|distance|unit``: places within a distance as the crow flies.

The unit is UCUM's; without one it is kilometres, and without a distance 50 of them.
http://hl7.org/fhir/R4/location.html#search
"""

from collections.abc import Mapping

from fhir_store.errors import BadSearchValue
from fhir_store.search.context import Context
from fhir_store.search.number import NUMBER
from fhir_store.search.parameters import Sought, Way
from fhir_store.search.written import alternatives, parts
from fhir_store.sql import Sql, any_of

TABLE = "index_quantity"

DEFAULT_KM = "50"
KM = {"km": 1.0, "m": 0.001, "[mi_i]": 1.609344, "[mi_us]": 1.609347219}
"""Kilometres in a unit."""

EARTH_KM = 6371.0088
"""Mean radius of the earth (IUGG)."""

# Great circle by the haversine; least() because rounding can make the sine greater than 1. Places on no latitude or
# longitude of the globe are nowhere.
WITHIN = f"""(i.low BETWEEN -90 AND 90 AND i.high BETWEEN -180 AND 180 AND {2 * EARTH_KM} * asin(least(1, sqrt(
    power(sind((i.low::float8 - %s) / 2), 2)
    + cosd(%s) * cosd(i.low::float8) * power(sind((i.high::float8 - %s) / 2), 2)))) <= %s)"""


def _near(sought: Sought, value: str, context: Context) -> Sql:
    return sought.found(TABLE, any_of(_one(place) for place in alternatives(value)))


def _one(place: str) -> Sql:
    latitude, longitude, km = _circle(place)
    if abs(latitude) > 90 or abs(longitude) > 180 or km < 0:
        raise BadSearchValue(
            "A latitude is from -90 to 90, a longitude from -180 to 180, a distance not negative."
        )
    return Sql(WITHIN, (latitude, latitude, longitude, km))


def _circle(place: str) -> tuple[float, float, float]:
    """Latitude, longitude, kilometres. Raises BadSearchValue."""
    latitude, longitude, distance, unit = [*parts(place), "", "", "", ""][:4]
    numbers = latitude, longitude, distance or DEFAULT_KM
    if (
        len(parts(place)) > 4
        or not all(NUMBER.fullmatch(number) for number in numbers)
        or (unit or "km") not in KM
    ):
        raise BadSearchValue(
            "Write a place as latitude|longitude|distance|unit; units are km, m, [mi_i], [mi_us]."
        )
    return float(latitude), float(longitude), float(numbers[2]) * KM[unit or "km"]


WAYS: Mapping[str, Way] = {"": _near}
