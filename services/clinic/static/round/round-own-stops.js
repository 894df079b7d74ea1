// What stops a dose because of what was tapped here, while the server cannot say it: another dose of the same person, found
// sedated or intoxicated, spilled. The list carries the stops and their times (`tapped`); whatever else was not taken stops
// nothing, as by the rules of the server.
(() => {
  const Round = (window.Round ??= {});
  const { clock } = Round;
  const WHOLE_DAY_S = 24 * 60 * 60;

  const happenedAt = (event) => new Date(Date.parse(event.occurred_at) + clock.wrongBy());

  // The last time that somebody was found so, of whatever dose: until when nothing is given; undefined: it is over.
  function lastFound(person, seconds) {
    const found = Round.state.standing().filter((one) => one.person === person && one.kind === "withheld" && one.finding);
    const last = found.sort((one, other) => happenedAt(one) - happenedAt(other)).at(-1);
    if (!last) return undefined;
    const at = happenedAt(last);
    if (seconds === null) return Round.words.date(at) === Round.words.date(clock.now()) ? { last, until: null } : undefined;
    return { last, until: new Date(at.getTime() + seconds * 1000).toISOString() };
  }

  // Another dose of the same person that was tapped here: until when this one waits for it; undefined: for none.
  function untilAfterDose(row, { between_parts, after }) {
    const { standing, sameSlot, isTaken, list } = Round.state;
    const others = standing().filter((one) => one.person === row.person && isTaken(one.kind) && !sameSlot(one, row));
    const ends = others.map((one) => {
      const of = one.product ?? list.rows.find((other) => sameSlot(one, other))?.product ?? row.product;
      const times = row.slot && one.slot?.order === row.slot.order ? between_parts : after;
      return happenedAt(one).getTime() + (times[of] ?? WHOLE_DAY_S) * 1000;
    });
    const latest = Math.max(0, ...ends);
    return latest > clock.now().getTime() ? new Date(latest).toISOString() : undefined;
  }

  // By when somebody has to have seen to it: at once for who is pregnant, or where nobody set how long.
  function escalateAt(row, tapped) {
    const since = Date.parse(Round.state.list.round.opened_at ?? clock.now().toISOString());
    const within = row.pregnant || tapped.escalate_s === null ? 0 : tapped.escalate_s * 1000;
    return new Date(since + within).toISOString();
  }

  function whole(row, tapped, stop, until) {
    const do_now = row.pregnant ? [tapped.pregnant, ...stop.do_now] : stop.do_now;
    return { ...stop, until, do_now, escalate_at: escalateAt(row, tapped) };
  }

  // Those of a row. A list of an older version tells of none, and its rows close instead.
  function of(row) {
    const { tapped } = Round.state.list;
    if (!tapped) return [];
    const found = lastFound(row.person, tapped.recheck_s);
    const until = row.slot && tapped.times_s ? untilAfterDose(row, tapped.times_s) : undefined;
    const spilled = row.slot && Round.state.tapped(row).some((one) => one.kind === "spilled");
    return [
      until && whole(row, tapped, tapped.stops.taken, until),
      found && whole(row, tapped, tapped.stops[found.last.finding], found.until),
      spilled && whole(row, tapped, tapped.stops.spilled, null),
    ].filter(Boolean);
  }

  // Over those that the server told: the later one of a kind counts.
  function over(stops, row) {
    const own = of(row);
    const codes = new Set(own.map((one) => one.code));
    return own.length ? [...own, ...stops.filter((one) => !codes.has(one.code))] : stops;
  }

  Round.ownStops = { over };
})();
