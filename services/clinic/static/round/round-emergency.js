// An overdose, also without a network and with the tablet locked: each tap is a line with its time, sealed to the facility and sent
// by whoever is signed in next. Nobody is named. What stays open to be read on the tablet are times and what was done.
(() => {
  const Round = (window.Round ??= {});
  const { _, fill, time } = Round.words;
  const { el, icon, button, quiet, redrawn, show, say } = Round.drawing;
  const { store, clock, outbox } = Round;
  const online = "/round/emergency";
  const lasts = 12 * 3_600_000;
  const soon = 5 * 60;
  const second = 1_000;

  let facility = null; // {facility_key, device, look_again}: kept when the key of the list is gone
  let known = []; // [{began, found, lines: [{id, at, naloxone, breathing, ambulance, over}]}]
  let current = null; // the one that is shown; not in known before anything was tapped

  const names = () => ({
    none: _("Not breathing"),
    slow: _("Breathes slowly, or too little"),
    normal: _("Breathes normally"),
    called: _("Ambulance called"),
    there: _("Ambulance is there"),
  });

  async function recall() {
    facility = (await store.get("kept", "facility")) ?? null;
    const fresh = Date.now() - lasts;
    known = ((await store.get("kept", "overdoses")) ?? []).filter((one) => Date.parse(one.found) > fresh);
  }

  async function keep({ device, facility_key, look_again }) {
    facility = { device, facility_key, look_again };
    await store.put("kept", facility, "facility");
  }

  const lastOf = (one) => one.lines.at(-1);
  const isOver = (one) => Boolean(lastOf(one)?.over);
  const underWay = () => known.filter((one) => !isOver(one));
  const lookAgainAt = (one) => Date.parse(lastOf(one)?.at ?? one.found) + (facility?.look_again ?? soon) * second;
  const given = (one) => one.lines.filter((line) => line.naloxone).length;

  // --- what is tapped

  async function add(one, at, said) {
    const line = { id: crypto.randomUUID(), at: new Date(at).toISOString(), ...said };
    const { wrongBy, contact, deviceTime } = clock;
    // The tablet's own time and both clocks, as with a dose.
    const own = deviceTime(new Date(Date.parse(line.at) - wrongBy()));
    const where = document.getElementById("overdose-where")?.value.trim() ?? "";
    await outbox.addSealed(facility.facility_key, {
      what: "overdose", ...said, id: line.id, began: one.began ?? line.id, at: own, clock: contact(), device: facility.device,
      where: where === one.told ? "" : where,
    });
    one.began ??= line.id;
    one.told = where;
    return line;
  }

  let adding = Promise.resolve();
  const inTurn = (work) => (adding = adding.then(work, work));

  async function record(said, words) {
    const one = current;
    try {
      // What was found first, so that its time is not that of what was done next.
      if (!one.began) {
        one.lines.push(await add(one, one.found, {}));
        known.push(one);
      }
      if (said) one.lines.push(await add(one, clock.now(), said));
      await save();
    } catch {
      say(_("Not recorded: this tablet cannot keep it. Write it on paper."));
      return;
    }
    say(_("Recorded"), " ", words);
    redraw();
    Round.act.flush();
  }

  async function takeBack(line) {
    await add(current, clock.now(), { mistake: line.id });
    current.lines = current.lines.filter((one) => one !== line);
    await save();
    say(_("Taken back"));
    redraw();
    Round.act.flush();
  }

  // Where it was is only in what is sealed.
  const save = () => store.put("kept", known.map(({ began, found, lines }) => ({ began, found, lines })), "overdoses");

  const tap = (words, said, more = {}) =>
    (more.id === "naloxone" ? button : quiet)(words, () => inTurn(() => record(said, words)), { ...more, class: `round-big ${more.class ?? ""}` });

  // --- what is shown

  const left = (until) => {
    const seconds = Math.max(0, Math.ceil((until - clock.now()) / second));
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  };

  function timer(one) {
    if (isOver(one)) return el("p", { class: "round-clock" }, fill(_("Ended %(time)s. Nobody has to look again."), { time: time(lastOf(one).at) }));
    const until = lookAgainAt(one);
    const due = clock.now() >= until;
    return el(
      "p",
      { class: due ? "round-clock round-due" : "round-clock", "data-look": one.began ?? "", "data-due": String(due) },
      el("strong", {}, fill(_("Look again by %(time)s"), { time: time(until) })),
      " ",
      due ? el("span", { class: "tag tag-warn", role: "alert" }, icon("warning"), _("Look now")) : el("span", { "data-left": "" }, left(until)),
    );
  }

  function sinceNaloxone(one) {
    const last = one.lines.findLast((line) => line.naloxone);
    if (!last || isOver(one)) return null;
    return el("p", { id: "since" }, fill(_("Since the last naloxone: %(n)s minutes"), { n: Math.floor((clock.now() - Date.parse(last.at)) / 60_000) }));
  }

  const wordsOf = (line) =>
    [line.naloxone && _("Naloxone given"), names()[line.breathing], names()[line.ambulance], line.looked && _("Looked again: unchanged"), line.over && _("Awake, or handed over")].filter(Boolean).join(" · ") || _("Found");

  const lineOf = (line, place, lines) =>
    el("li", {}, time(line.at), " · ", wordsOf(line), " ", place > 0 && place === lines.length - 1 && quiet(_("Tapped by mistake"), () => inTurn(() => takeBack(line))));

  function earlier(minutes) {
    current.found = new Date(Date.parse(current.found) - minutes * 60_000).toISOString();
    redraw();
  }

  function found(one) {
    return el(
      "div",
      { class: "actions" },
      el("p", { class: "round-clock" }, el("strong", {}, fill(_("Found %(time)s"), { time: time(one.found) }))),
      !one.began && quiet(_("1 minute earlier"), () => earlier(1)),
      !one.began && quiet(_("5 minutes earlier"), () => earlier(5)),
    );
  }

  function steps() {
    return el(
      "ol",
      { class: "round-steps" },
      el("li", {}, _("Call for help, call the ambulance.")),
      el("li", {}, _("Open the airway, breathe for the person.")),
      el("li", {}, _("Give naloxone; again after 2 to 3 minutes if breathing does not come back.")),
      el("li", {}, _("Stay. Naloxone works for a shorter time than what was taken.")),
    );
  }

  const buttons = (one) =>
    el(
      "div",
      { class: "round-taps" },
      tap(given(one) ? fill(_("Naloxone given (%(n)s so far)"), { n: given(one) }) : _("Naloxone given"), { naloxone: 1 }, { id: "naloxone", class: "round-main" }),
      ["none", "slow", "normal"].map((code) => tap(names()[code], { breathing: code }, { id: `breathing-${code}` })),
      ["called", "there"].map((code) => tap(names()[code], { ambulance: code }, { id: `ambulance-${code}` })),
      tap(one.began ? _("Looked again: unchanged") : _("Record only that somebody was found"), one.began ? { looked: true } : null, { id: "looked" }),
      tap(_("Awake, or handed over: nobody has to look again"), { over: true }, { id: "over", class: "round-wide" }),
    );

  function body(one) {
    return el(
      "div",
      { id: "overdose", class: "round-overdose-body" },
      el("section", { class: "card emergency round-overdose-time", "aria-label": _("Time") }, found(one), timer(one), sinceNaloxone(one)),
      isOver(one)
        ? el("section", { class: "card", "aria-label": _("Afterwards") }, el("p", {}, _("Somebody signs it and says who it was, if anybody knows. Until a prescriber has seen the person, nothing more is given to them.")), el("a", { class: "button", href: `${online}/sign` }, _("Sign, with the network")))
        : el("section", { class: "card", "aria-label": _("What is done") }, buttons(one)),
      el("section", { class: "card round-overdose-steps", "aria-label": _("What to do") }, steps()),
      el("section", { class: "card round-overdose-lines", "aria-labelledby": "done-so-far" }, el("h2", { id: "done-so-far" }, _("Recorded so far")), one.lines.length ? el("ul", { class: "round-flags" }, one.lines.map(lineOf)) : el("p", { class: "quiet" }, _("Nothing yet: each button is recorded with its time."))),
    );
  }

  function redraw() {
    const old = document.getElementById("overdose");
    if (!old) return;
    const focused = document.activeElement?.id;
    old.replaceWith(redrawn(body(current)));
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  }

  const others = () => known.filter((one) => one !== current && !isOver(one));

  function draw() {
    const where = el("div", { class: "field" }, el("label", { for: "overdose-where" }, _("Where, if there is time for it")), el("input", { id: "overdose-where", autocomplete: "off", maxlength: 40 }));
    show(
      el("div", { class: "page-head" }, el("h1", {}, icon("warning"), " ", _("Overdose")), quiet(_("Back"), () => Round.lock.lock(), { id: "back" })),
      body(current),
      el("section", { class: "card round-forms", "aria-label": _("More") }, where, el("p", { class: "quiet" }, _("No name is asked for. Somebody signs afterwards and says who it was, if anybody knows.")),
        el("div", { class: "actions" }, others().map((one) => quiet(fill(_("Found %(time)s"), { time: time(one.found) }), () => turnTo(one))), current.began && quiet(_("Another person"), () => turnTo(anew())))),
    );
    window.scrollTo(0, 0);
  }

  const anew = () => ({ began: null, found: clock.now().toISOString(), lines: [], told: "" });

  function turnTo(one) {
    current = one;
    draw();
  }

  // One tap, from wherever one is: the list is locked behind it.
  function open() {
    if (!facility) return location.assign(online);
    if (Round.state.key) Round.lock.close();
    turnTo(underWay().at(-1) ?? anew());
    Round.act.around();
  }

  // The button of the lock screen, with when somebody has to look again.
  function opener() {
    if (!facility) return el("a", { class: "button round-overdose", href: online }, icon("warning"), _("Overdose"));
    return [button([icon("warning"), _("Overdose")], open, { class: "round-overdose round-big", id: "overdose-open" }), ...underWay().map(timer)];
  }

  // Each second; only what changed is drawn, so that nothing is said twice.
  function tick() {
    for (const old of document.querySelectorAll("[data-look]")) {
      const one = old.dataset.look ? known.find(({ began }) => began === old.dataset.look) : current;
      if (!one) continue;
      const due = clock.now() >= lookAgainAt(one);
      if (old.dataset.due !== String(due)) old.replaceWith(timer(one));
      else if (!due) old.querySelector("[data-left]").textContent = left(lookAgainAt(one));
    }
    const since = document.getElementById("since");
    if (since && current) since.replaceWith(sinceNaloxone(current) ?? "");
  }
  setInterval(tick, second);

  document.getElementById("overdose-now").addEventListener("click", open);
  Round.emergency = { recall, keep, open, opener };
})();
