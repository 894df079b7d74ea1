// Beside the list: what the server could not simply take, wings of other tablets, the second person.
(() => {
  const Round = (window.Round ??= {});
  const { _, fill, dayAndTime } = Round.words;
  const { el, icon, name, button, quiet, show } = Round.drawing;
  const { state } = Round;
  const { choice, tick, typed } = Round.card;

  const back = () => quiet(_("Back to the list"), () => Round.rows.draw(), { id: "back" });
  const screen = (heading, ...content) =>
    show(el("div", { class: "page-head" }, el("div", {}, el("h1", {}, heading)), back()), ...content);

  // --- what is to be checked

  function other(said) {
    const one = said?.other;
    if (!one) return null;
    const words = [one.words, one.mg && `${one.mg} mg`, dayAndTime(one.at), one.by].filter(Boolean).join(" · ");
    return el("p", {}, _("The other record:"), " ", name(words));
  }

  const why = (entry) =>
    ({
      conflict: _("Two records of one dose: both are kept. A clinician is asked to look at it. Give nothing more for this dose."),
      quarantined: _("Kept apart until a clinician has looked at it."),
      "not-opened": _("The server could not open it. It stays on this tablet: tell your support."),
    })[entry.outcome] ?? entry.said?.detail ?? _("The server did not take it. It stays on this tablet: tell your support.");

  function entryBlock(entry) {
    const { event } = entry;
    const row = event && state.list?.rows.find((one) => one.person === event.person);
    const kind = event && (state.list?.words.kinds[event.kind] ?? event.kind);
    const may = entry.outcome === "conflict" || entry.outcome === "quarantined";
    return el(
      "li",
      { class: "round-stop" },
      el("h2", {}, icon("warning"), row ? name(`${row.cell || "–"} · ${row.initials}`) : event?.somebody ? name(event.somebody) : _("Tapped by a colleague")),
      event && el("p", {}, name([kind, event.mg && `${event.mg} mg`, dayAndTime(event.occurred_at)].filter(Boolean).join(" · "))),
      el("p", {}, why(entry)),
      other(entry.said),
      // What the server has is only taken off this page; what it has not is never removed.
      may && quiet(_("Seen: take it off this page"), async () => {
        await Round.outbox.lookedAt(entry.seq);
        await state.readOutbox();
        open();
      }),
    );
  }

  function open() {
    const found = state.entries.filter((one) => one.state === "check");
    screen(
      _("To check"),
      el(
        "section",
        { class: "card", "aria-label": _("To check") },
        found.length ? el("ul", { class: "round-stops" }, found.map(entryBlock)) : el("p", {}, _("Nothing.")),
        el("a", { class: "button button-quiet", href: "/round/conflicts" }, _("Decide on the page that needs the network")),
      ),
    );
  }

  // --- a wing that another tablet holds

  async function take(wing, agreed) {
    const answer = await Round.contact.post("/round/parts/take", { session: state.list.round.session, wing, agreed });
    if (answer?.status === 200) return Round.act.fetchList();
    takeOver(wing, answer ? answer.body.detail : null, answer === null);
  }

  async function spoken(wing) {
    const account = typed("agreed-with");
    if (!account || !document.getElementById("agreed").checked) return Round.drawing.say(_("Tick first what has to be said."));
    state.spoken[wing] = { with: account, at: Round.clock.deviceTime() };
    await state.save();
    Round.rows.draw();
    Round.renewal.read();
  }

  function takeOver(wing, refused = "", offline = Round.contact.failed()) {
    const staff = Object.fromEntries(state.list.staff.filter((one) => one.account !== state.account.account).map((one) => [one.account, one.name]));
    screen(
      _("A wing of another tablet"),
      el(
        "section",
        { class: "card round-forms", "aria-label": _("Take over") },
        refused && el("p", { class: "told" }, refused),
        el("p", {}, _("Two tablets on one wing give doses twice. Ask whoever has it.")),
        !offline && button(_("It is free, or silent: take it over"), () => take(wing, false)),
        !offline && quiet(_("They agreed: take it over"), () => take(wing, true)),
        offline && el("p", {}, _("There is no contact with the server. Speak with your colleague; it is recorded with each dose.")),
        offline && choice("agreed-with", _("Spoken with"), staff, { plain: true }),
        offline && tick("agreed", _("They said aloud that they give nothing in this wing any more")),
        offline && button(_("Take over"), () => spoken(wing)),
      ),
    );
  }

  // Which wings this tablet takes, asked once where there are several.
  function wings() {
    const held = Object.fromEntries(state.list.parts.map((one) => [one.wing, one]));
    const free = state.list.wings.filter((one) => !held[one]);
    const ticks = free.map((one, place) => el("label", { class: "tick" }, el("input", { type: "checkbox", id: `wing-${place}`, value: one }), el("span", { translate: "no" }, one || "–")));
    const chosen = () => ticks.map((one) => one.querySelector("input")).filter((one) => one.checked).map((one) => one.value);
    show(
      el("div", { class: "page-head" }, el("div", {}, el("h1", {}, _("Which wings does this tablet take?")))),
      el(
        "section",
        { class: "card round-forms", "aria-label": _("Wings") },
        el("p", {}, _("Another tablet sees them, and gives nothing in them.")),
        ticks,
        button(_("Go on"), () => Round.act.fetchList(chosen()), { id: "take-wings" }),
      ),
    );
  }

  // --- the second person

  // Whoever is chosen proves who they are.
  const prove = (wing) => Round.beside.prove(typed("beside"), document.getElementById("beside-pin").value, wing);

  async function signIn() {
    const chosen = typed("beside");
    const wing = document.getElementById("beside-wing")?.value ?? "";
    document.getElementById("sign-in-beside").disabled = true; // it takes a moment, and is not to be counted twice
    const { refused, offline, dropped } = await prove(wing);
    if (dropped) return;
    if (refused) return witness(refused);
    const { account, name: called } = state.list.staff.find((one) => one.account === chosen);
    state.list.witnesses.push({ account, name: called, wing: wing || null, at: Round.clock.now().toISOString(), offline });
    await state.save();
    Round.rows.draw();
  }

  function besideFields() {
    const staff = Object.fromEntries(Round.beside.notMe(state.list.staff).map((one) => [one.account, one.name]));
    return [
      choice("beside", _("Who"), staff, { plain: true }),
      Round.contact.failed() && el("p", { class: "quiet" }, _("Without contact their PIN of the round on this tablet counts, and it is marked so.")),
      el("div", { class: "field" }, el("label", { for: "beside-pin" }, _("Their own PIN here, or password")), el("input", { id: "beside-pin", type: "password", autocomplete: "off", maxlength: 200 })),
    ];
  }

  function witness(refused = "") {
    const signedIn = state.list.witnesses.map((one) => [one.name, one.wing].filter(Boolean).join(" · ")).join(", ");
    const wings = Object.fromEntries(Round.rows.wingsShown().map((one) => [one, one || "–"]));
    screen(
      _("Second person"),
      el(
        "section",
        { class: "card round-forms", "aria-label": _("Second person") },
        refused && el("p", { class: "told" }, refused),
        signedIn ? el("p", {}, _("Signed in beside:"), " ", el("strong", { translate: "no" }, signedIn)) : el("p", {}, _("Nobody has signed in beside.")),
        Round.beside.byWing() && choice("beside-wing", _("Wing"), wings, { plain: true }),
        besideFields(),
        button(_("Sign in beside"), signIn, { id: "sign-in-beside" }),
      ),
    );
  }

  Round.check = { open, takeOver, wings, witness, prove, besideFields };
})();
