"""In which prison somebody was at an instant."""

NOT_THERE = "('planned', 'cancelled', 'entered-in-error')"

STAY = f"""
LEFT JOIN LATERAL (
    SELECT s.facility_id FROM clinical.stay s
    WHERE s.patient_id = w.patient AND s.status NOT IN {NOT_THERE}
        AND s.started_at <= w.until AND (s.ended_at IS NULL OR s.ended_at >= w.since)
    ORDER BY s.started_at DESC LIMIT 1
) s ON true
"""  # noqa: S608 - our own text
"""The stay of ``w.patient`` at a time that is known from ``w.since`` to ``w.until``; the later of two."""
