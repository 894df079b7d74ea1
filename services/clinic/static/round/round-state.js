// The list as it was fetched, with what was tapped since laid over it.
(() => {
  const Round = (window.Round ??= {});
  const { store, vault, clock } = Round;
  const TAKEN = new Set(["given", "partial", "mouth-check-failed", "re-dose"]);
  const ENDS = new Set([...TAKEN, "refused", "absent", "withheld", "not-available", "spilled"]);

  const state = {
    key: null, // of the store; null: locked
    account: null, // who tapped the PIN
    tablet: null, // {device, secret, facility_key}
    list: null,
    entries: [],
    spoken: {}, // by wing: who said that it may be taken over
    container: {}, // by product: what was poured from last
    fetched: false, // whether the list is of this opening of the page
  };

  const nameOf = (row) => `${row.person}|${row.slot?.order ?? ""}|${row.slot?.day ?? ""}|${row.slot?.part ?? ""}`;

  const sameSlot = (event, row) =>
    event.person === row.person &&
    (row.slot
      ? event.slot?.order === row.slot.order && event.slot.day === row.slot.day && event.slot.part === row.slot.part
      : !event.slot);

  // What was tapped since the list was fetched, without what was taken back.
  function standing() {
    const events = state.entries.filter((one) => one.event && !one.merged).map((one) => one.event);
    const undone = new Set(events.filter((one) => one.kind === "entered-in-error").map((one) => one.of));
    const gone = (one) => undone.has(one.id) || (isAbout(one) && undone.has(one.of));
    return events.filter((one) => one.kind !== "entered-in-error" && !gone(one));
  }

  // What is about a dose and goes with it, where the dose is taken back.
  const isAbout = (one) => one.of && (one.kind === "vomited" || one.kind === "mouth-check-failed");

  const tapped = (row) => standing().filter((one) => sameSlot(one, row));
  const ends = (kind) => ENDS.has(kind);
  const isTaken = (kind) => TAKEN.has(kind);

  const takenBack = (id) => state.entries.some((one) => one.event?.kind === "entered-in-error" && one.event.of === id);

  // What happened with the dose of a row: {id, kind, words, mg, at, taken, ours}; null: nothing yet. What was taken, whoever
  // recorded it, counts before what was not.
  function done(row) {
    const ends = tapped(row).filter((one) => ENDS.has(one.kind));
    const known = row.done && !takenBack(row.done.event ?? row.done.id) ? row.done : null;
    const last = ends.findLast((one) => TAKEN.has(one.kind)) ?? (known?.taken ? null : ends.at(-1));
    if (last) {
      const words = state.list.words.kinds[last.kind] ?? last.kind;
      return { id: isAbout(last) ? last.of : last.id, entry: last.id, kind: last.kind, words, mg: last.mg, at: whenOf(last), taken: TAKEN.has(last.kind), ours: true };
    }
    return known && { ...known, id: known.event ?? known.id, ours: false };
  }

  const whenOf = (event) => new Date(Date.parse(event.occurred_at) + clock.wrongBy()).toISOString();

  // Everything that is recorded of the dose, each with the number by which it alone is taken back: what the server told of,
  // and what was tapped here since.
  function recorded(row) {
    const here = tapped(row).filter(({ kind }) => ends(kind) || kind === "vomited").map(({ id, of, kind, mg, occurred_at }) => ({
      event: id, of: isAbout({ of, kind }) ? of : null, kind, words: state.list.words.kinds[kind] ?? kind, mg, at: whenOf({ occurred_at }),
    }));
    const ids = new Set(here.map((one) => one.event));
    const told = (row.recorded ?? []).filter((one) => one.event && !ids.has(one.event) && !takenBack(one.event) && !(one.of && takenBack(one.of)));
    return [...told, ...here];
  }

  const vomited = (row) => recorded(row).some((one) => one.kind === "vomited");
  const entryOf = (id) => state.entries.find((one) => one.id === id);
  // Earlier than it was already it cannot be: how old the list is nobody knows then, and it decides nothing.
  const wentBack = () => (state.list ? clock.wentBack(state.list.server_at) : 0);
  const expired = () => !state.list || clock.now() >= new Date(state.list.expires_at) || wentBack() > 0;
  // Open until something was taken, also for who was not here, refused, or was not awake: what stops it then is a stop.
  const isOpen = (row) => !done(row)?.taken && (!done(row) || row.state === "again" || Boolean(state.list.tapped));

  // Of another tablet, and nobody said that it may be taken over.
  const elsewhere = (row) => row.held_by_another && !state.spoken[row.wing];

  // The stops of a dose that was taken back go with it, also while the server does not know of that.
  const stopsKnown = (row) => Round.ownStops.over(row.done && row.stops_before && takenBack(row.done.event ?? row.done.id) ? row.stops_before : row.stops, row);

  // Stops that still hold: a time that has passed stops nothing.
  const stops = (row) => stopsKnown(row).filter((one) => !one.until || one.group !== "a" || clock.now() < new Date(one.until));

  // Until when somebody waits, or is not given anything since they were sedated; null: nobody has to look again.
  function lookAgainAt(row) {
    const [waiting] = Round.after.looks(row);
    if (waiting || !isOpen(row)) return waiting?.due_at ?? null;
    return stopsKnown(row).find((one) => one.code === "not-awake")?.until ?? null;
  }

  const containersFor = (row) =>
    state.list.containers.filter((one) => !one.cups && one.products.includes(row.product));

  async function save() {
    const { list, spoken, container } = state;
    await store.put("kept", await vault.encrypted(state.key, { list, spoken, container }), "roster");
  }

  async function recall() {
    const kept = await vault.decrypted(state.key, await store.get("kept", "roster"));
    Object.assign(state, kept ?? { list: null, spoken: {}, container: {} });
    await readOutbox();
  }

  async function readOutbox() {
    state.entries = await Round.outbox.all(state.key);
    // What was answered before the list was fetched is in it.
    for (const one of state.entries) one.merged = one.state === "sent" && one.seq <= (state.list?.upto ?? 0);
  }

  // A row by the telephone order that was written down for it: what the prescriber released stops it no longer.
  function ordered(row, order) {
    const { by_telephone: known } = state.list.protocol;
    const by = state.list.prescribers.find((one) => one.account === order.prescriber)?.name ?? "–";
    Object.assign(row, {
      slot: { order: order.id, ...order.slot },
      order_version: "1",
      product: order.product,
      medicine: state.list.words.products[order.product],
      letter: state.list.words.letters?.[order.product],
      by_volume: known[order.product].by_volume,
      mg: order.mg,
      mL: null,
      changed_mg: null,
      take_home: false,
      cups: [],
      done: null,
      state: "to-come",
      stops: row.stops.filter((one) => !order.in_spite_of.includes(one.code)),
      by_telephone: by,
      spoken: null,
      mark: null, // not as the server has it
    });
  }

  // The server keeps it apart: nothing is given by it before somebody has decided.
  function notOrdered(order, words) {
    const row = state.list.rows.find((one) => one.person === order.person && one.slot?.order === order.id);
    if (row) row.mark = null;
    row?.stops.push({ code: "not-ordered", group: "b", words, releases: "", do_now: [], until: null, escalate_at: null, not_set: [] });
  }

  // The list as it was fetched does not know of those that wait here.
  function orderAnew() {
    for (const { event, state: sent } of state.entries) {
      if (event?.kind !== "telephone-order" || sent !== "waiting") continue;
      const row = state.list.rows.find((one) => one.person === event.person && (one.slot?.part ?? 1) === event.slot.part);
      if (row) ordered(row, event);
    }
  }

  // Rows that came with an answer: they have no names, which the list has.
  function merge(rows) {
    for (const row of rows) {
      const known = state.list.rows.find((one) => nameOf(one) === nameOf(row));
      if (!known) continue;
      if (row.done?.taken && !known.done?.taken) known.stops_before = known.stops;
      Object.assign(known, row, { mark: null });
    }
  }

  function forget() {
    Object.assign(state, { key: null, account: null, list: null, entries: [], spoken: {}, fetched: false });
  }

  Round.state = Object.assign(state, {
    nameOf, sameSlot, isTaken, done, ends, recorded, vomited, standing, tapped, entryOf, expired, wentBack, isOpen, elsewhere, stops, lookAgainAt, containersFor, save, recall, readOutbox, merge, ordered, notOrdered, orderAnew, forget,
  });
})();
