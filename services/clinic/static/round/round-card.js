// The card of a row: who it is, what is due, what stands against it. The second tap gives.
(() => {
  const Round = (window.Round ??= {});
  const { _, fill, time, dayAndTime } = Round.words;
  const { el, icon, name, button, quiet, show } = Round.drawing;
  const { state } = Round;

  const whereabouts = () => ({
    court: _("At court, as the record says"),
    hospital: _("In hospital, as the record says"),
    transferred: _("Transferred, as the record says"),
    released: _("Released, as the record says"),
    elsewhere: _("Elsewhere, as the record says"),
    dead: _("Has died, as the record says"),
  });
  const findings = () => ({ sedated: _("Sedated"), intoxicated: _("Intoxicated") });
  const waits = () => ({ 5: _("5 minutes"), 10: _("10 minutes"), 20: _("20 minutes"), 60: _("an hour") });
  const absences = ["court", "hospital", "released", "lockdown", "no-stock", "no-nurse", "no-order"];

  const signed = (amount) => (amount.startsWith("-") ? amount : `+${amount}`);
  const fact = (words, value, more = {}) => el("div", more, el("dt", {}, words), el("dd", {}, value));

  const { photoOf } = Round.code;

  const face = (row) =>
    el(
      "div",
      { class: "round-face" },
      photoOf(row)
        ? el("img", { src: photoOf(row), alt: _("Photo"), width: 128, height: 160 })
        : el("span", { class: "round-initials", translate: "no" }, row.initials),
    );

  function identity(row) {
    return el(
      "dl",
      { class: "round-identity" },
      row.two_people && fact(_("Two people"), _("Somebody here has the same or a similar name. Look at the photo or read the code."), { class: "round-warn" }),
      fact(_("Name"), name(row.name)),
      fact(_("Born"), name(row.born)),
      fact(_("Number"), name(row.number)),
      row.allergies.length > 0 && fact(_("Allergies"), name(row.allergies.join(", ")), { class: "round-warn" }),
    );
  }

  // What somebody had last, and since when nobody knows of doses elsewhere.
  function lastDose(row) {
    const { last } = row;
    const checked = last?.checked_at ?? state.list.server_at;
    const old = state.expired() || Round.clock.now() - new Date(checked) > 120_000 || !state.fetched;
    const unchecked = old && el("span", { class: "round-unchecked" }, fill(_("Doses elsewhere: not checked since %(time)s"), { time: time(checked) }));
    // That none is known is no news of what was given elsewhere: since when nobody looked stands before it.
    if (!last) return fact(_("Last dose"), [unchecked, el("span", {}, _("None is known."))]);
    const said = last.only_day ? Round.words.date(last.at) : dayAndTime(last.at);
    return fact(_("Last dose"), [name(`${said} · ${last.mg ?? "–"} mg${last.where ? ` · ${last.where}` : ""}`), unchecked]);
  }

  function amounts(row) {
    const volume = volumeOf(row);
    return el(
      "div",
      { class: "round-dose" },
      row.mg && el("p", { class: "round-amount" }, Round.letter.of(row), el("strong", { translate: "no" }, `${row.mg} mg`), row.by_volume && volume && el("strong", { translate: "no" }, `${volume} mL`)),
      row.mg && row.by_volume && !volume && el("p", { class: "round-unchecked" }, _("In mL it is not known: no container is out for it.")),
      Round.letter.shown(row, chosenContainer(row)),
      Round.cup.lines(row),
      Round.telephone.told(row),
      el(
        "dl",
        { class: "round-identity" },
        lastDose(row),
        row.unverified && fact(_("Last dose unverified"), _("The claimed dose is not given. Call who is said to have treated the person."), { class: "round-warn" }),
        row.leaving && state.isOpen(row) && fact(_("Today"), row.leaving.words, { class: "round-warn" }),
        row.changed_mg && fact(_("Changed since yesterday"), name(`${signed(row.changed_mg)} mg`), { class: "round-warn" }),
        row.induction_day && fact(_("Day of induction"), name(String(row.induction_day))),
        row.missed > 0 && fact(_("Days missed"), name(String(row.missed)), { class: "round-warn" }),
        row.sedatives && fact(_("Sedatives"), _("Takes some. Look twice.")),
        row.pregnant && fact(_("Pregnant"), _("Nothing is stopped or reduced by itself.")),
      ),
    );
  }

  function stopBlock(stop, heading = "h3") {
    return el(
      "li",
      { class: "round-stop" },
      el(heading, {}, icon("warning"), stop.words),
      el("p", {}, el("strong", {}, stop.releases), stop.until && ` · ${fill(_("passes at %(time)s"), { time: dayAndTime(stop.until) })}`),
      el("p", {}, _("What to do now:")),
      el("ol", {}, stop.do_now.map((one) => el("li", {}, one))),
      stop.escalate_at && el("p", {}, fill(_("Somebody has to have seen to it by %(time)s."), { time: dayAndTime(stop.escalate_at) })),
      stop.not_set.length > 0 && el("p", { class: "quiet" }, _("Nobody has set how this country decides it, so the stricter path is taken.")),
      state.list.protocol.not_approved && el("p", { class: "quiet" }, _("Nobody has approved some of the numbers by which doses are stopped here.")),
    );
  }

  // --- what a dose comes from

  function chosenContainer(row) {
    const found = state.containersFor(row);
    return found.find((one) => one.id === state.container[row.product]) ?? (found.length === 1 ? found[0] : null);
  }

  // Two places, as the syringe shows.
  const volumeFrom = (row, container) =>
    row.by_volume && container && row.mg ? String(Number((Number(row.mg) / Number(container.strength)).toFixed(2))) : null;

  // What stands in a cup was measured already.
  const volumeOf = (row) => {
    const [cup] = Round.cup.good(row);
    if (cup) return cup.unit === "mL" ? cup.left : null;
    return row.mL ?? volumeFrom(row, chosenContainer(row));
  };

  // What of a dose is drawn from, where it is no whole one.
  const from = (row) => ({ container: chosenContainer(row)?.id ?? null, ...Round.cup.source(row) });

  // With its strength: a millilitre of the one is not a millilitre of the other.
  const nameOf = (one) => `${one.name} · ${one.strength} ${one.unit === "mL" ? "mg/mL" : "mg"}`;

  function containerChoice(row) {
    if (Round.cup.good(row).length) return null;
    const found = state.containersFor(row);
    if (found.length < 2) return null;
    const chosen = chosenContainer(row);
    return choice("container", _("Poured from"), Object.fromEntries(found.map((one) => [one.id, nameOf(one)])), {
      none: _("Choose"),
      chosen: chosen?.id,
      plain: true,
      onchange: async (event) => {
        state.container[row.product] = event.target.value;
        await state.save();
        open(row);
      },
    });
  }

  // --- fields

  function choice(id, words, options, { none, chosen, plain, onchange } = {}) {
    const made = Object.entries(options).map(([value, said]) =>
      el("option", { value, selected: value === chosen, translate: plain ? "no" : null }, said),
    );
    return el("div", { class: "field" }, el("label", { for: id }, words), el("select", { id, onchange }, none && el("option", { value: "" }, none), made));
  }

  const amount = (id, words, value = "") =>
    el("div", { class: "field" }, el("label", { for: id }, words), el("input", { id, inputmode: "decimal", autocomplete: "off", maxlength: 10, value }));
  const tick = (id, words) => el("label", { class: "tick" }, el("input", { type: "checkbox", id }), el("span", {}, words));
  const typed = (id) => document.getElementById(id)?.value.trim().replace(",", ".") || null;
  const isTicked = (id) => document.getElementById(id)?.checked ?? false;
  const isAmount = (text) => text !== null && /^\d{1,5}(\.\d{1,3})?$/.test(text);

  // An amount that is none is said where it stands; nothing is recorded with it.
  function amountIn(id) {
    const text = typed(id);
    const field = document.getElementById(id);
    field.setAttribute("aria-invalid", String(!isAmount(text)));
    if (!isAmount(text)) field.focus();
    return isAmount(text) ? text : null;
  }

  // --- who stands beside

  // What has still to be said before the button gives: {needs: [elements]}.
  function saidBefore(row) {
    const { alone_allowed: mayBeAlone, pin_each_dose: byPin } = state.list.protocol;
    const cup = Round.cup.confirm(row);
    if (byPin) return [cup].filter(Boolean);
    return [
      cup,
      !Round.beside.known(row).length && !mayBeAlone && tick("alone", _("Nobody can stand beside now: I give it alone, and it is marked so")),
    ].filter(Boolean);
  }

  const { identityBy } = Round.code;

  const base = (row) => Round.beside.said(row, "beside-now", "beside-more");

  // --- what may be tapped

  // Why the button does not give; empty: it does.
  function against(row) {
    const why = [];
    if (!state.list.may_record) why.push(_("Your role sees the list and records nothing."));
    if (state.elsewhere(row)) why.push(_("Another tablet holds this wing. Take it over first."));
    if (state.wentBack()) why.push(_("The clock of this tablet was set back, so nobody knows how old the list is. What was given can still be recorded below."));
    else if (state.expired()) why.push(fill(_("This list is from %(time)s and too old to give by. What was given can still be recorded below."), { time: dayAndTime(state.list.server_at) }));
    if (!row.slot) why.push(_("No order gives a dose now."));
    if (row.by_volume && !Round.cup.good(row).length && !chosenContainer(row) && state.containersFor(row).length > 1) why.push(_("Choose what it is poured from."));
    return why;
  }

  const record = (row, event, more) => Round.act.record(row, event, more);

  async function give(row) {
    if (!Round.code.holds(row)) return;
    if (!Round.cup.holds(row)) {
      document.getElementById("cup-read").focus();
      return Round.drawing.say(_("Take the cup of this person."));
    }
    const open = saidBefore(row).map((one) => one.querySelector("input").id).filter((id) => !isTicked(id));
    if (open.length) {
      for (const id of open) document.getElementById(id).closest(".tick").classList.add("tick-missing");
      document.getElementById(open[0]).focus();
      return Round.drawing.say(_("Tick first what has to be said."));
    }
    if (Round.beside.isOpen("beside-now")) return;
    if (document.getElementById("why-here")?.value === "") {
      document.getElementById("why-here").focus();
      return Round.drawing.say(_("Choose first why the person stands here."));
    }
    // Not tapped twice while the server is asked about the PIN.
    document.getElementById("give").disabled = true;
    const beside = await besideNow(row);
    if (!beside) return;
    const container = chosenContainer(row);
    record(row, {
      kind: "given",
      mg: row.mg,
      mL: row.mL ?? volumeFrom(row, container),
      concentration: row.by_volume ? (container?.strength ?? null) : null,
      container: container?.id ?? null,
      identity_by: identityBy(row),
      why_here: typed("why-here"),
      awake: true,
      observed: true,
      ...Round.cup.given(row),
      ...beside,
    });
  }

  // Who stands beside; null: the law wants a PIN for each dose, it was not accepted, and nothing is given.
  async function besideNow(row) {
    if (!state.list.protocol.pin_each_dose) return base(row);
    if (isTicked("alone-now")) return { witness: null, single_handed: true };
    const { refused, offline, dropped } = await Round.check.prove();
    if (dropped) return null;
    if (!refused) return { witness: typed("beside"), witness_offline: offline || null, single_handed: false };
    document.getElementById("pin-refused").replaceChildren(refused);
    document.getElementById("give").disabled = false;
    document.getElementById("beside-pin").focus();
    return null;
  }

  const proof = () =>
    el(
      "div",
      { class: "round-proof" },
      el("p", { id: "pin-refused", class: "round-unchecked", role: "alert" }),
      Round.check.besideFields(),
      tick("alone-now", _("Nobody can stand beside now: I give it alone, and it is marked so")),
    );

  // The nurse releases them, by saying why the person stands here.
  const isForNurse = (stops) => stops.length > 0 && stops.every((one) => one.group === "c");

  const release = (stops) => [
    el("ul", { class: "round-stops" }, stops.map((one) => stopBlock(one, "h2"))),
    choice("why-here", _("Why the person stands here"), state.list.words.why_here, { none: _("Choose") }),
    el("p", {}, _("Giving it releases this stop; the reason is recorded.")),
  ];

  function giving(row) {
    const stops = state.stops(row);
    const why = against(row);
    if (why.length || (stops.length && !isForNurse(stops))) {
      return el(
        "section",
        { class: "card round-against", "aria-labelledby": "against" },
        el("h2", { id: "against" }, _("It cannot be given now")),
        why.map((one) => el("p", { class: "told" }, one)),
        el("ul", { class: "round-stops" }, stops.map((one) => stopBlock(one))),
        state.elsewhere(row) && button(_("Take this wing over"), () => Round.check.takeOver(row.wing)),
        containerChoice(row),
        Round.telephone.offer(row),
        stops.some((one) => one.group !== "a") && el("a", { class: "button button-quiet", href: "/round/stops" }, _("Release on the page that needs the network")),
        elsewhereButtons(row),
      );
    }
    const volume = volumeOf(row);
    return el(
      "section",
      { class: "card round-give", "aria-label": _("Give") },
      isForNurse(stops) && release(stops),
      containerChoice(row),
      Round.code.fields(row),
      Round.cup.fields(row),
      saidBefore(row),
      state.list.protocol.pin_each_dose ? proof() : Round.beside.ofDose(row),
      el("p", {}, Round.code.isAsked(row) ? _("By what was read, and by name and birth date, it is this person: awake, not intoxicated.") : photoOf(row) ? _("By the photo and the number it is this person: awake, not intoxicated.") : _("By name, birth date and number it is this person: awake, not intoxicated.")),
      el(
        "div",
        { class: "round-hands" },
        button(fill(_("Given: %(amount)s"), { amount: `${row.mg} mg${volume ? ` · ${volume} mL` : ""}` }), () => give(row), { id: "give", class: "round-main" }),
        elsewhereButtons(row),
      ),
    );
  }

  const elsewhereButtons = (row) =>
    state.list.may_record &&
    !state.elsewhere(row) &&
    el(
      "div",
      { class: "round-others" },
      quiet(_("Refused"), () => record(row, { kind: "refused" }), { id: "refused" }),
      quiet(_("Not here"), () => record(row, { kind: "absent" }), { id: "absent" }),
    );

  // --- more

  const form = (heading, words, fields, act, action) =>
    el("div", { class: "round-form" }, el("h2", { class: "round-form-title" }, heading), words && el("p", { class: "quiet" }, words), fields, quiet(action ?? _("Record"), act));

  function forms(row) {
    const reasons = Object.fromEntries(absences.map((one) => [one, state.list.words.reasons[one] ?? one]));
    return [
      row.slot && form(_("A part of it was taken"), "", amount("part-mg", _("Taken, mg")), () => {
        const mg = amountIn("part-mg");
        if (mg) record(row, { kind: "partial", mg, ...from(row), identity_by: identityBy(row), awake: true, observed: true, ...base(row) });
      }),
      form(_("Not given: how the person is"), _("The person comes back on the list with a time to look again."), choice("finding", _("Found"), findings()), () =>
        record(row, { kind: "withheld", finding: typed("finding"), awake: false }),
      ),
      form(_("Not available"), "", choice("reason", _("Why"), reasons), () => record(row, { kind: "not-available", reason: typed("reason") })),
      row.slot && form(_("Spilled before it was taken"), "", amount("spilled-mg", _("Spilled, mg"), row.mg), () => {
        const mg = amountIn("spilled-mg");
        if (mg) record(row, { kind: "spilled", mg, ...from(row), ...base(row) });
      }),
    ];
  }

  const waiting = (row) =>
    form(_("Waiting: under the tongue, or to be observed"), _("It is kept, and every tablet tells when somebody has to look again."), choice("wait", _("How long"), waits()), () =>
      Round.after.wait(row, Number(typed("wait"))),
      _("Start"),
    );

  function aboutDone(row, done) {
    return [
      state.vomited(row) && form(_("Given again, as the prescriber decided"), _("More than was decided, or before it was, is recorded as that."), amount("again-mg", _("Taken, mg")), () => {
        const mg = amountIn("again-mg");
        if (mg) record(row, { kind: "re-dose", of: done.id, mg, container: chosenContainer(row)?.id ?? null, identity_by: identityBy(row), awake: true, observed: true, ...base(row) });
      }),
      form(_("Vomited"), _("Nothing is given again by itself: the prescriber decides."), amount("vomited-ml", _("About how much, mL")), () => {
        const mL = typed("vomited-ml");
        record(row, { kind: "vomited", of: done.id, mL: isAmount(mL) ? mL : null });
      }),
      form(_("Mouth check failed"), _("It counts as given. The prescriber is told; nobody else is."), null, () =>
        record(row, { kind: "mouth-check-failed", of: done.id, mg: done.mg }),
      ),
    ];
  }

  function happened(row) {
    return form(
      _("Record what happened"),
      _("What was in fact taken is recorded, whatever stands against it. Nothing is lost."),
      Round.happened.fields(row, Round.cup.good(row)[0]?.label ?? ""),
      () => {
        const said = Round.happened.said();
        if (!said) return;
        const container = said.product ? null : (chosenContainer(row)?.id ?? null);
        record(row, { container, ...said, identity_by: isTicked("happened-identity") ? identityBy(row) : [], ...base(row) });
      },
      _("Record it"),
    );
  }

  function moreForms(row, done) {
    if (state.elsewhere(row)) return [];
    return [...(done?.taken ? aboutDone(row, done) : forms(row)), waiting(row)];
  }

  function more(row, done) {
    if (!state.list.may_record) return null;
    return el(
      "details",
      { class: "card round-more" },
      el("summary", {}, _("More")),
      el("div", { class: "round-forms" }, Round.beside.ofDose(row, "beside-more"), moreForms(row, done), happened(row)),
    );
  }

  // By two, where there are two: whoever stands beside agrees that it was a wrong tap.
  function takeBack(row, event) {
    if (Round.beside.isOpen("beside-back")) return;
    Round.act.takeBack(row, event, Round.beside.said(row, "beside-back"));
  }

  // Each line is taken back by itself: without the vomiting the dose stands.
  function recordedLine(row, done, one, place) {
    const id = one.event === done?.id ? "take-back" : `take-back-${place}`;
    return el(
      "li",
      { class: "round-recorded" },
      el("span", { id: `${id}-what` }, one.words, one.mg && [" ", name(`${one.mg} mg`)], " · ", name(dayAndTime(one.at)), one.by && [" · ", name(one.by)]),
      state.list.may_record && !state.elsewhere(row) && quiet(_("A wrong tap: take it back"), () => takeBack(row, one.event), { id, "aria-describedby": `${id}-what` }),
    );
  }

  function doneBlock(row, done) {
    const lines = state.recorded(row);
    if (!lines.length && !done) return null;
    return el(
      "section",
      { class: `card round-told${!done || done.taken ? "" : " round-told-warn"}`, "aria-labelledby": "was-done" },
      el("h2", { id: "was-done" }, done ? [done.words, done.mg && [" ", name(`${done.mg} mg`)]] : _("Recorded today")),
      done && !lines.length && el("p", {}, name(dayAndTime(done.at)), done.by && [" · ", name(done.by)]),
      state.list.may_record && !state.elsewhere(row) && Round.beside.ofUndo(row),
      lines.length > 0 && el("ul", { class: "round-lines" }, lines.map((one, place) => recordedLine(row, done, one, place))),
    );
  }

  // As the list has it now: it may have been read again since whatever leads here was drawn.
  const current = (row) => state.list.rows.find((one) => state.nameOf(one) === state.nameOf(row)) ?? row;

  function open(shown, told = "") {
    const row = current(shown);
    const done = state.done(row);
    const closed = done && !state.isOpen(row);
    show(
      el(
        "div",
        { class: "page-head" },
        el("div", { class: "round-called" }, el("span", { class: "round-call", translate: "no" }, String(row.call ?? "–")), el("h1", { translate: "no" }, `${row.cell || "–"} · ${row.initials}`), whereabouts()[row.whereabouts] && el("p", { class: "quiet" }, whereabouts()[row.whereabouts])),
        quiet(_("Back to the list"), () => Round.rows.back(row), { id: "back" }),
      ),
      ...(told ? [el("p", { id: "card-changed", class: "told", role: "alert" }, told)] : []),
      el("section", { class: "card round-card", "aria-label": _("Who and how much"), "data-card": state.nameOf(row) }, face(row), identity(row), amounts(row)),
      ...[...Round.after.blocks(row), doneBlock(row, done), !closed && giving(row), more(row, closed ? done : null)].filter(Boolean),
    );
    window.scrollTo(0, 0);
    Round.reads.opened(state.tablet, state.account.account, "card", [row.person]);
  }

  // The name of the row whose card is on the screen; null: none is.
  const shown = () => document.querySelector("[data-card]")?.dataset.card ?? null;

  // The list was read again, and what it says of this row is not what the card said.
  const changed = (row, gone) =>
    open(row, gone ? _("This dose is not on the list any more. Go back, and press Sort.") : _("This changed just now: somebody recorded or changed something. Look again."));

  Round.card = { open, shown, changed, volumeOf, base, choice, tick, typed, isTicked, amount, isAmount };
})();
