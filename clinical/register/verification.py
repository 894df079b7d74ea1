"""Whether the books hold: the numbers without holes, each balance the sum of its lines, and the head the last of them.

The tables see to it when a line is written. This asks again, from the lines alone, for whoever doubts the tables.
"""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import Connection, text

WRONG = text("""
WITH summed AS (
    SELECT l.book, l.number, l.batch, l.issue, l.safe_after, l.container_after, l.book_after,
        row_number() OVER (PARTITION BY l.book ORDER BY l.number) AS place,
        sum(l.safe_change + l.container_change) OVER (PARTITION BY l.book ORDER BY l.number) AS of_book,
        sum(l.safe_change) OVER (PARTITION BY l.batch ORDER BY l.number) AS of_batch,
        sum(l.container_change) OVER (PARTITION BY l.issue ORDER BY l.number) AS of_issue
    FROM clinical.register_line l
), ends AS (SELECT book, max(number) AS number, count(*) AS lines FROM clinical.register_line GROUP BY book)
SELECT book, number FROM summed
WHERE number <> place OR book_after <> of_book OR safe_after <> of_batch
    OR issue IS NOT NULL AND container_after <> of_issue
UNION
SELECT b.id, b.last_line FROM clinical.register_book b LEFT JOIN ends e ON e.book = b.id
WHERE b.last_line <> coalesce(e.lines, 0)
    OR b.balance <> coalesce((SELECT sum(safe_change + container_change) FROM clinical.register_line WHERE book = b.id), 0)
    OR b.balance <> coalesce((SELECT sum(in_safe) FROM clinical.register_batch WHERE book = b.id), 0)
        + coalesce((SELECT sum(in_it) FROM clinical.register_issue WHERE book = b.id), 0)
ORDER BY book, number
""")


def lines_that_do_not_hold(connection: Connection) -> Iterator[tuple[UUID, int]]:
    """The book and the number of each line at which something is not what its lines say; none if all is well."""
    yield from ((row.book, row.number) for row in connection.execute(WRONG))
