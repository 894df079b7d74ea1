// The round on the tablet: what is tapped is on its disk before the screen says so, and goes to the server when there is one.
(() => {
  const Round = window.Round;
  const { _, fill, time, dayAndTime } = Round.words;
  const { el, say, drawn } = Round.drawing;
  const { state, contact, outbox, clock, rows, lock } = Round;
  const idle = 120_000;
  const tick = 15_000;
  const beat = 60_000;
  const photosAtOnce = 50;
  let touchedAt = Date.now();
  let recording = false;
  let renewed = false;
  let changed = false; // the list has others than those who are shown
  let beginning = false;

  // --- what is shown above every screen

  function chip() {
    const { waiting } = outbox.count();
    const last = contact.last();
    const parts = [
      last ? fill(_("last contact %(time)s"), { time: time(last) }) : _("no contact yet"),
      waiting > 0 && fill(_("waiting: %(n)s"), { n: waiting }),
    ];
    const made = document.getElementById("chip");
    made.dataset.state = contact.failed() || !last ? "none" : contact.needs() ? "needs" : waiting ? "waiting" : "calm";
    const words = { none: _("No contact"), needs: _("Sign in to send"), waiting: _("Sending"), calm: _("Sent") }[made.dataset.state];
    const text = [words, ...parts.filter(Boolean)].join(" · ");
    if (made.textContent !== text) made.textContent = text;
    document.getElementById("send").disabled = waiting === 0;
    const check = document.getElementById("to-check");
    if (check) check.textContent = fill(_("To check: %(n)s"), { n: outbox.count().check });
  }

  function lasting(milliseconds) {
    const minutes = Math.round(Math.abs(milliseconds) / 60_000);
    return minutes < 120 ? fill(_("%(n)s minutes"), { n: minutes }) : fill(_("%(n)s hours"), { n: Math.round(minutes / 60) });
  }

  function notices() {
    const said = [];
    if (clock.wrongBy()) said.push([_("The clock of this tablet is wrong by %(how)s. Times are put right; have the clock set."), { how: lasting(clock.wrongBy()) }]);
    const back = state.wentBack();
    if (back) said.push([_("The clock of this tablet was set back by %(how)s or more. Nothing is given by the list until there is contact; what was given can still be recorded."), { how: lasting(back) }]);
    else if (state.list && state.expired()) said.push([_("List from %(time)s: too old to give by. What was given can still be recorded."), { time: dayAndTime(state.list.server_at) }]);
    else if (state.list && (contact.failed() || !state.fetched)) said.push([_("List from %(time)s. Doses elsewhere: not checked since then."), { time: dayAndTime(state.list.server_at) }]);
    if (changed) said.push([_("Somebody was added to the list or left it: press Sort."), {}]);
    if (state.list?.protocol.not_set.length) said.push([_("Nobody has set how the law of this country decides some of this. The stricter path is taken."), {}]);
    const lines = said.map(([words, values]) => el("p", { class: "notice-line" }, fill(words, values)));
    if (contact.needs() === "sign-in") lines.push(el("p", { class: "notice-line" }, _("The server asks who you are. What waits is kept."), " ", el("a", { href: "/unlock?to=/round" }, _("Sign in"))));
    put(document.getElementById("notices"), lines);
  }

  // What is said above pushes the rows down: the page is scrolled by as much, so that they stay under the finger.
  function put(place, lines) {
    if (place.textContent === lines.map((one) => one.textContent).join("")) return;
    const before = place.offsetHeight;
    place.replaceChildren(...lines);
    if (place.offsetHeight === before) return;
    window.scrollBy(0, place.offsetHeight - before);
    drawn();
  }

  // How old what is decided by is, always and large.
  function listFrom() {
    const { list } = state;
    const made = document.getElementById("list-from");
    made.hidden = !list;
    if (!list) return;
    const today = Round.words.date(list.server_at) === Round.words.date(clock.now());
    const text = fill(_("List from %(time)s"), { time: (today ? time : dayAndTime)(list.server_at) });
    if (made.textContent !== text) made.textContent = text;
    made.dataset.state = state.expired() ? "old" : "good";
  }

  function around() {
    chip();
    listFrom();
    if (state.key) notices();
    for (const id of ["hide", "lock-now", "overdose-now"]) document.getElementById(id).hidden = !state.key;
  }

  // --- the list

  const mine = () => (state.list?.parts ?? []).filter((one) => one.mine).map((one) => one.wing);

  // A list that came: kept, and shown if there is nothing to be asked first.
  async function received(list, { asked = false, quietly = false } = {}) {
    if (list.device?.id !== state.tablet.device) {
      await lock.drop();
      return lock.noTablet();
    }
    const { secret, ...device } = list.device;
    const { upto } = list;
    const before = state.list?.rows ?? [];
    Round.beside.keep(list);
    state.list = { ...list, device, photos: state.list?.photos, may_record: contact.who()?.may_record ?? true };
    state.fetched = true;
    clock.seen(list.server_at);
    await state.save();
    await Round.emergency.keep({ device: device.id, facility_key: list.facility_key, look_again: list.protocol.look_again_s });
    await outbox.forgetSent(upto);
    if (!state.key) return; // it was locked meanwhile
    await state.readOutbox();
    state.orderAnew();
    fetchPhotos(state.list).catch(() => {});
    const free = list.wings.filter((wing) => !list.parts.some((one) => one.wing === wing));
    if (!asked && !mine().length && free.length) return free.length === 1 ? fetchList(free) : Round.check.wings();
    if (quietly) {
      const names = new Set(before.map(state.nameOf));
      changed ||= list.rows.some((row) => !names.has(state.nameOf(row))) || names.size !== list.rows.length;
      if (rows.isShown()) state.list.rows.forEach(rows.redraw);
      Round.renewal.card(before);
    } else {
      changed = false;
      rows.sortAnew();
      rows.draw();
    }
    around();
  }

  // Fetched apart, some at a time: they are ten times as large as everything else. Without one there are initials.
  async function fetchPhotos(list) {
    const known = (list.photos ??= {});
    const people = [...new Set(list.rows.map((row) => row.person))].filter((one) => known[one] === undefined);
    for (let from = 0; from < people.length; from += photosAtOnce) {
      const some = people.slice(from, from + photosAtOnce);
      const answer = await contact.post("/round/photos", { people: some });
      if (answer?.status !== 200 || state.list !== list) return;
      for (const one of some) known[one] = answer.body.photos[one] ?? "";
      await state.save();
    }
  }

  async function fetchList(wings, how = {}) {
    await flush();
    const list = await Round.renewal.ask(wings ?? mine());
    if (list) return received(list, { asked: wings !== undefined, ...how });
    if (!how.quietly) say(_("No contact: the list stays as it was."));
    around();
  }

  // After a PIN: what is kept is shown at once, and the server is asked meanwhile.
  async function begin() {
    beginning = true;
    await opening().finally(() => (beginning = false));
  }

  async function opening() {
    touchedAt = Date.now();
    changed = false;
    rows.fresh();
    if (state.list) {
      rows.draw();
      around();
      const people = [...new Set(state.list.rows.map((row) => row.person))];
      await Round.reads.opened(state.tablet, state.account.account, "list", people);
    }
    const here = await contact.here();
    if (here && here.device !== state.tablet.device) {
      await lock.drop();
      return lock.noTablet();
    }
    if (!here && !state.list) return lock.lock();
    Round.persistence.ask();
    if (here) await fetchList(undefined, { quietly: Boolean(state.list) });
    around();
  }

  // --- what is tapped

  const whole = (row, event) => ({
    id: crypto.randomUUID(),
    person: row.person,
    slot: row.slot,
    order_version: row.order_version,
    product: row.by_telephone ? row.product : null,
    entry: "live",
    ...event,
    given_by: state.account.account,
    spoken_confirmation: (row.held_by_another && state.spoken[row.wing]) || null,
    list_expired: state.expired(),
    ...byWhom(),
    ...(event.occurred_at && { occurred_at: event.occurred_at }),
  });

  const byWhom = () => ({
    recorded_by: state.account.account,
    occurred_at: clock.deviceTime(),
    clock: clock.contact(),
    list_from: state.list.server_at,
    device: state.tablet.device,
    app_version: document.body.dataset.version,
  });

  const notKept = () =>
    document.getElementById("notices").prepend(el("p", { class: "notice-line", role: "alert" }, _("Not recorded: this tablet cannot keep it. Write it on the paper sheet.")));

  // What a prescriber said: the row is of that order from now on, and its card is shown with what can be given.
  async function writeDown(row, said) {
    if (recording) return;
    recording = true;
    const slot = { day: state.list.round.day, part: row.slot?.part ?? 1 };
    const order = { id: crypto.randomUUID(), person: row.person, kind: "telephone-order", slot, ...said, ...byWhom() };
    const before = state.nameOf(row);
    try {
      state.entries.push(await outbox.add(state.key, state.tablet, order));
      state.ordered(row, order);
      rows.renamed(before, state.nameOf(row));
      await state.save();
    } catch {
      return notKept();
    } finally {
      recording = false;
    }
    Round.card.open(row);
    say(_("The telephone order is written down."));
    around();
    flush();
  }

  async function record(row, event) {
    if (recording) return;
    recording = true;
    try {
      const entry = await outbox.add(state.key, state.tablet, whole(row, event));
      state.entries.push(entry);
      if (state.ends(event.kind)) for (const look of Round.after.looks(row)) await keepNote(row, { kind: "seen-to", of: null, task: look.task, step: null });
      if (event.kind === "entered-in-error") rows.noUndo();
      else rows.offerUndo(row, entry.id);
      // After a mistake what is to be done now is shown before anything else.
      if (event.mistake) event.somebody ? Round.somebody.steps() : Round.card.open(row);
      else rows.back(row);
      say(_("Recorded"), " ", Round.drawing.name(`${row.cell} ${row.initials}`));
    } catch {
      document.getElementById("give")?.removeAttribute("disabled");
      return notKept();
    } finally {
      recording = false;
    }
    around();
    flush();
  }

  const takeBack = (row, id, beside) => record(row, { kind: "entered-in-error", of: id, ...beside });

  const keepNote = async (row, said) =>
    state.entries.push(await outbox.add(state.key, state.tablet, { id: crypto.randomUUID(), person: row.person, slot: row.slot, ...said, ...byWhom() }));

  // What is no dose: that somebody is looked at again, or that it was seen to.
  async function note(row, said, { stay = false } = {}) {
    if (recording) return;
    recording = true;
    try {
      await keepNote(row, said);
    } catch {
      return notKept();
    } finally {
      recording = false;
    }
    if (stay) Round.card.open(row);
    else rows.back(row);
    say(_("Recorded"));
    around();
    flush();
  }

  // --- sending

  async function answered(entry) {
    const place = state.entries.findIndex((one) => one.seq === entry.seq);
    if (!state.key || place < 0) return;
    state.entries[place] = { ...state.entries[place], ...entry };
    state.merge(entry.said.rows ?? []);
    if (entry.event.kind === "telephone-order" && entry.state === "check" && entry.said.status !== 409) {
      state.notOrdered(entry.event, _("The server keeps the telephone order apart until somebody has decided. Give nothing by it."));
    }
    await state.save();
    for (const row of state.list.rows) if (row.person === entry.event.person && rows.isShown()) rows.redraw(row);
    around();
  }

  let flushing = null;
  let again = false;

  // What was tapped while something was being sent is sent right after it.
  async function flush() {
    again = true;
    flushing ??= send().finally(() => (flushing = null));
    await flushing.catch(() => {});
    around();
  }

  async function send() {
    while (again) {
      again = false;
      await outbox.flush(state.key, state.account?.account, answered);
      if (!again) await Round.reads.send();
    }
  }

  async function heartbeat() {
    if (!state.key || !(await contact.here())) return;
    if (!renewed) renew();
    await Round.renewal.read();
  }

  function renew() {
    renewed = true;
    navigator.serviceWorker?.controller?.postMessage("renew");
  }

  // --- the bar

  function remembered(id, set) {
    const button = document.getElementById(id);
    const put = (on) => {
      button.setAttribute("aria-pressed", String(on));
      set(on);
      localStorage.setItem(`round-${id}`, on ? "on" : "off");
      drawn();
    };
    const kept = localStorage.getItem(`round-${id}`);
    if (kept) put(kept === "on");
    button.addEventListener("click", () => put(button.getAttribute("aria-pressed") !== "true"));
  }

  function hide() {
    const parts = [document.getElementById("main"), document.getElementById("notices")];
    const put = (hidden) => {
      for (const part of parts) part.hidden = hidden;
      drawn();
    };
    put(true);
    const cover = el("main", { class: "cover", "aria-labelledby": "cover-title" }, Round.drawing.icon("hide"), el("h1", { id: "cover-title" }, _("The screen is hidden")));
    cover.append(
      Round.drawing.button(_("Show it again"), () => {
        cover.remove();
        put(false);
      }),
    );
    document.body.append(cover);
    cover.querySelector("button").focus();
  }

  function sorted() {
    changed = false;
    around();
  }

  const lockNow = () => lock.lock().then(around);

  remembered("night", (on) => (document.documentElement.dataset.theme = on ? "night" : "day"));
  remembered("hand", (on) => (document.body.dataset.hand = on ? "left" : "right"));
  document.getElementById("send").addEventListener("click", flush);
  document.getElementById("hide").addEventListener("click", hide);
  document.getElementById("lock-now").addEventListener("click", lockNow);
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, () => (touchedAt = Date.now()), true);
  // The screen went off, or another page was opened.
  document.addEventListener("visibilitychange", () => document.hidden && state.key && lockNow());
  window.addEventListener("pagehide", () => state.key && lockNow());
  window.addEventListener("online", () => flush().then(heartbeat));
  setInterval(() => {
    Round.store.put("kept", clock.noted(), "latest").catch(() => {});
    if (state.key && Date.now() - touchedAt > idle) lockNow();
    if (outbox.count().waiting) flush();
    if (state.key && rows.isShown()) rows.redrawAll();
    around();
  }, tick);
  setInterval(heartbeat, beat);
  contact.listen(around);
  outbox.listen(around);

  Round.act = { begin, isBeginning: () => beginning, ask: Round.renewal.ask, received, fetchList, record, writeDown, takeBack, note, flush, around, sorted };

  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register("/round/worker.js", { scope: "/round", updateViaCache: "none" }).then(renew, () => {});
  }
  Round.lock.start().then(around).then(flush);
})();
