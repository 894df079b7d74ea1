// The list: by wing, still to come and done. From the door only cells, initials and amounts are seen: no name, no medicine.
// A row stays where it is whatever is tapped; only the button that sorts, or a list fetched anew, moves one.
(() => {
  const Round = (window.Round ??= {});
  const { _, fill, time, date, dayAndTime } = Round.words;
  const { el, icon, name, quiet, redrawn, show } = Round.drawing;
  const { state } = Round;
  const undoLasts = 10_000;

  let order = null; // {wing: {toCome: [row], done: [row]}}, as it was sorted last
  let wing = null; // the one that is shown; null: all of this tablet
  let scrolledTo = 0;
  let undo = null; // {id, row, until}

  function sort() {
    const sorted = new Map();
    for (const row of state.list.rows) {
      if (!sorted.has(row.wing)) sorted.set(row.wing, { toCome: [], done: [] });
      const part = sorted.get(row.wing);
      (state.isOpen(row) ? part.toCome : part.done).push(state.nameOf(row));
    }
    order = sorted;
  }

  const rowNamed = (wanted) => state.list.rows.find((row) => state.nameOf(row) === wanted);

  // A row that is of another order now stands where it stood.
  function renamed(before, after) {
    for (const part of order?.values() ?? []) {
      for (const names of [part.toCome, part.done]) if (names.includes(before)) names[names.indexOf(before)] = after;
    }
  }

  function tag(words, { warn = false, sign = null } = {}) {
    return el("span", { class: warn ? "tag tag-warn" : "tag" }, sign && icon(sign), words);
  }

  function tags(row) {
    const done = state.done(row);
    const entry = done && state.entryOf(done.entry ?? done.id);
    if (done && !(row.state === "again" && !done.ours)) {
      return [
        row.two_people && tag(_("two people"), { warn: true, sign: "person" }),
        tag(done.words, { warn: !done.taken }),
        mistake(row),
        lookAgain(row),
        state.isOpen(row) && state.stops(row).length > 0 && tag(_("stop"), { warn: true, sign: "warning" }),
        state.vomited(row) && tag(_("vomited"), { warn: true }),
        entry?.state === "waiting" && tag(_("not sent yet")),
        entry?.state === "check" && tag(_("to check"), { warn: true, sign: "warning" }),
      ];
    }
    return [
      row.two_people && tag(_("two people"), { warn: true, sign: "person" }),
      mistake(row),
      lookAgain(row),
      row.leaving && tag(row.leaving.words, { warn: true }),
      state.stops(row).length > 0 && tag(_("stop"), { warn: true, sign: "warning" }),
      row.state === "again" && !state.lookAgainAt(row) && tag(_("gone through once")),
      Round.cup.good(row).map((one) => tag(fill(_("cup %(label)s"), { label: one.label }))),
      row.missed > 0 && tag(fill(_("days missed: %(n)s"), { n: row.missed })),
      row.changed_mg && tag(fill(_("changed %(mg)s"), { mg: `${row.changed_mg.startsWith("-") ? "" : "+"}${row.changed_mg}` })),
      row.induction_day && tag(fill(_("day %(n)s"), { n: row.induction_day })),
      row.by_telephone && tag(_("by telephone")),
      row.take_home && tag(_("to take along")),
      row.sedatives && tag(_("sedatives")),
      row.allergies.length > 0 && tag(_("allergy"), { warn: true }),
      state.elsewhere(row) && tag(_("other tablet"), { sign: "lock" }),
    ];
  }

  const mistake = (row) => Round.after.mistakes(row).length > 0 && tag(_("mistake: steps open"), { warn: true, sign: "warning" });

  // Who waits under the tongue, or was found sedated: until when, and then that somebody looks.
  function lookAgain(row) {
    const until = state.lookAgainAt(row);
    if (!until) return null;
    if (Round.clock.now() >= new Date(until)) return tag(_("look now"), { warn: true, sign: "warning" });
    return tag(fill(_("look again at %(time)s"), { time: time(until) }));
  }

  // When the last dose was, so that nobody has to open a card for it.
  const lastDose = (row) =>
    el("span", { class: "round-last" }, _("last"), " ", name(row.last ? (row.last.only_day ? date : dayAndTime)(row.last.at) : "–"));

  function undoButton(row) {
    if (undo?.row !== state.nameOf(row) || Date.now() > undo.until) return null;
    // By two, where there are two: the card asks whoever stands beside.
    const takeBack = () => (Round.beside.known(row).length ? open(row) : Round.act.takeBack(row, undo.id, Round.beside.said(row)));
    return quiet(_("Undo"), takeBack, { class: "round-undo" });
  }

  function line(row) {
    const done = state.done(row);
    const stopped = state.isOpen(row) && state.stops(row).length > 0;
    const opener = el(
      "button",
      {
        type: "button",
        class: `round-row${stopped ? " round-row-stop" : ""}${done?.taken ? " round-row-done" : ""}`,
        onclick: () => open(row),
      },
      el("span", { class: "round-call", translate: "no" }, String(row.call ?? "–")),
      el("span", { class: "round-cell", translate: "no" }, row.cell || "–"),
      el("span", { class: "round-who", translate: "no" }, row.initials),
      el("span", { class: "round-mg" }, row.mg && el("span", {}, Round.letter.of(row), name(done?.mg ?? row.mg), " mg", !done && Round.letter.volume(row)), state.isOpen(row) && lastDose(row)),
      el("span", { class: "round-tags" }, tags(row)),
    );
    return el("li", { "data-row": state.nameOf(row) }, opener, el("div", { class: "round-beside-row" }, undoButton(row)));
  }

  function part(heading, id, rows) {
    return el(
      "section",
      { class: "round-part", "aria-labelledby": id },
      el("h3", { id }, heading),
      rows.length ? el("ul", { class: "round-rows" }, rows.map(line)) : el("p", { class: "quiet" }, _("Nobody.")),
    );
  }

  function heldBy(named) {
    const held = state.list.parts.find((one) => one.wing === named);
    const rows = state.list.rows.filter((row) => row.wing === named);
    if (!rows.some((row) => state.elsewhere(row))) return null;
    return el(
      "div",
      { class: "actions" },
      tag(_("other tablet"), { sign: "lock" }),
      name(held?.by),
      quiet(_("Take this wing over"), () => Round.check.takeOver(named)),
    );
  }

  function wingPart(named, place) {
    const { toCome, done } = order.get(named);
    const found = (names) => names.map(rowNamed).filter(Boolean);
    return el(
      "section",
      { class: "card round-list", "aria-labelledby": `wing-${place}` },
      el("div", { class: "round-wing-head" }, el("h2", { id: `wing-${place}`, translate: "no" }, named || "–"), heldBy(named)),
      part(_("Still to come"), `to-come-${place}`, found(toCome)),
      part(_("Done"), `done-${place}`, found(done)),
    );
  }

  const mine = () => {
    const held = new Set(state.list.parts.filter((one) => one.mine).map((one) => one.wing));
    return [...order.keys()].filter((one) => held.has(one) || state.spoken[one]);
  };

  function wingsShown() {
    if (wing !== null && order.has(wing)) return [wing];
    const ours = mine();
    return ours.length ? ours : [...order.keys()];
  }

  function wingButtons() {
    const chosen = (one) => (event) => {
      wing = one;
      draw();
    };
    const choice = (one, words) =>
      quiet(words, chosen(one), { "aria-pressed": String(wing === one), translate: one === null ? null : "no" });
    if (order.size < 2) return null;
    return el("nav", { class: "actions", "aria-label": _("Wings") }, choice(null, _("Of this tablet")), [...order.keys()].map((one) => choice(one, one || "–")));
  }

  function head() {
    const rows = state.list.rows.filter((row) => wingsShown().includes(row.wing));
    const open = rows.filter(state.isOpen).length;
    const count = fill(_("%(open)s still to come, %(done)s done"), { open, done: rows.length - open });
    return el(
      "div",
      { class: "page-head" },
      el("div", {}, el("h1", {}, state.list.round.session_words), el("p", { class: "quiet", id: "count" }, count)),
      el(
        "div",
        { class: "actions" },
        quiet(_("Sort"), () => { sort(); draw(); Round.act.sorted(); }),
        quiet(_("Second person"), () => Round.check.witness()),
        quiet(fill(_("To check: %(n)s"), { n: Round.outbox.count().check }), () => Round.check.open(), { id: "to-check" }),
      ),
    );
  }

  const foot = () =>
    el(
      "div",
      { class: "actions" },
      quiet(_("Fetch anew"), () => Round.act.fetchList()),
      state.list.may_record && quiet(_("Somebody who is not on the list"), () => Round.somebody.open(), { id: "somebody-else" }),
      quiet(_("Colleague takes over"), () => Round.lock.handOver(), { id: "hand-over" }),
      el("a", { class: "button button-quiet", href: "/round/online" }, _("Page that needs the network")),
    );

  // The whole list, sorted only if it never was.
  function draw() {
    if (!order) sort();
    show(...[head(), wingButtons()].filter(Boolean), ...wingsShown().map(wingPart), ...[Round.letter.bottles()].filter(Boolean), foot());
    window.scrollTo(0, scrolledTo);
  }

  const looksLike = (one, other) => one.className === other.className && one.innerHTML === other.innerHTML;

  // One row where it stands, and of it only what looks different: a tap on what stays the same counts.
  function redraw(row) {
    const old = document.querySelector(`[data-row="${CSS.escape(state.nameOf(row))}"]`);
    if (!old) return;
    const made = line(row);
    for (const [place, part] of [...made.children].entries()) {
      const before = old.children[place];
      if (looksLike(before, part)) continue;
      const focused = before.contains(document.activeElement);
      before.replaceWith(redrawn(part));
      if (focused) old.querySelector("button").focus();
    }
  }

  function open(row) {
    scrolledTo = window.scrollY;
    Round.card.open(row);
  }

  // Back from a card to where the list was.
  function back(row) {
    draw();
    document.querySelector(`[data-row="${CSS.escape(state.nameOf(row))}"] .round-row`)?.focus({ preventScroll: true });
  }

  function offerUndo(row, id) {
    undo = { id, row: state.nameOf(row), until: Date.now() + undoLasts };
    setTimeout(() => redraw(row), undoLasts + 50);
  }

  Round.rows = { draw, wingsShown, renamed, redraw, back, offerUndo, tag, sortAnew: () => (order = null), noUndo: () => (undo = null), redrawAll: () => state.list?.rows.forEach(redraw), isShown: () => !!document.querySelector(".round-list"), fresh: () => { order = null; wing = null; scrolledTo = 0; } };
})();
