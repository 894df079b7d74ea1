"""Which versions may be seen by whom not everything is shown: neither what was, nor what is, may be hidden from them."""

from fhir_store.sql import Sql

# The resource as it was when the version was written, under the name that conditions know.
AS_IT_WAS = """
SELECT c.key, c.type, c.id, c.version, c.seq, c.last_updated, c.deleted, c.owner, c.about_since, v.labels, v.facility
"""


def past_seen(seen: Sql) -> Sql:
    """That the version ``v`` of the resource ``c`` may be seen by whom ``seen`` shows ``c``.

    What was written about another patient, by mistake, is not shown: it is not known any more whose it is. Who sees in
    part is not told either what was deleted.
    """
    then = f"SELECT FROM ({AS_IT_WAS}) AS c WHERE {seen.text}"
    return Sql(
        f"NOT c.deleted AND v.version >= c.about_since AND {seen.text} AND (v.seq = c.seq OR EXISTS ({then}))",
        seen.args * 2,
    )
