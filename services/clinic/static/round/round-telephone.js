// A telephone order, written down where there is no network: for the one dose of a row, after everything that stands against
// it was read out. The tablet weighs nothing; the server does when it arrives, and the prescriber signs it.
(() => {
  const Round = (window.Round ??= {});
  const { _, fill, dayAndTime } = Round.words;
  const { el, name, button, quiet, show, say } = Round.drawing;
  const { state } = Round;
  const { choice, tick, typed } = Round.card;

  const byTelephone = () => state.list.protocol.by_telephone;
  const notMe = (people) => Object.fromEntries(people.filter((one) => one.account !== state.account.account).map((one) => [one.account, one.name]));

  // Whether a prescriber on the telephone can let this dose go ahead. The server says of which rows (spoken), since nothing can
  // be weighed here. A list of an older version names none.
  const isFor = (row) => {
    const allowed = state.list.protocol.telephone_orders && byTelephone() && state.list.prescribers?.length > 0;
    const stops = state.stops(row);
    return Boolean(allowed) && row.spoken && state.list.may_record && !state.expired() && !state.elsewhere(row) && state.isOpen(row) && stops.length > 0 && stops.every((one) => one.group === "b");
  };

  const offer = (row) => isFor(row) && quiet(_("Telephone order"), () => open(row), { id: "telephone-order" });

  const fact = (words, value) => el("div", {}, el("dt", {}, words), el("dd", {}, value));

  function lastDose(row) {
    if (!row.last) return _("None is known.");
    const at = row.last.only_day ? Round.words.date(row.last.at) : dayAndTime(row.last.at);
    return name(`${at} · ${row.last.mg ?? "–"} mg`);
  }

  // Nothing of it is decided here: it is what the prescriber has to know.
  function toRead(row) {
    return el(
      "section",
      { class: "card", "aria-labelledby": "to-read" },
      el("h2", { id: "to-read" }, _("Read this to the prescriber")),
      el("ul", {}, state.stops(row).map((one) => el("li", {}, one.words))),
      el(
        "dl",
        { class: "round-identity" },
        fact(_("Last dose"), lastDose(row)),
        row.medicine && fact(_("Ordered until now"), name(`${row.medicine} · ${row.mg} mg`)),
        fact(_("Days missed"), name(String(row.missed))),
        fact(_("Sedatives"), row.sedatives ? _("Takes some. Look twice.") : _("None is known.")),
        row.pregnant && fact(_("Pregnant"), _("Nothing is stopped or reduced by itself.")),
        row.allergies.length > 0 && fact(_("Allergies"), name(row.allergies.join(", "))),
      ),
      el("p", { class: "round-unchecked" }, _("This tablet checks no other medicines. The server does when it arrives, and shows the prescriber what it found.")),
    );
  }

  const field = (id, words, made) => el("div", { class: "field" }, el("label", { for: id }, words), made);

  function open(row, refused = "") {
    const medicines = { [row.spoken.product]: state.list.words.products[row.spoken.product] };
    show(
      el("div", { class: "page-head" }, el("div", {}, el("h1", {}, _("Telephone order")), el("p", { class: "quiet", translate: "no" }, `${row.cell || "–"} · ${row.initials}`)), quiet(_("Back, without recording"), () => Round.card.open(row), { id: "back" })),
      toRead(row),
      el(
        "section",
        { class: "card round-forms", "aria-label": _("What was said") },
        el("p", { id: "telephone-refused", class: "told", role: "alert", hidden: !refused }, refused),
        choice("prescriber", _("Prescriber"), notMe(state.list.prescribers), { none: _("Choose"), plain: true }),
        choice("medicine", _("Medicine"), medicines),
        field("telephone-mg", _("mg"), el("input", { id: "telephone-mg", inputmode: "decimal", autocomplete: "off", maxlength: 10 })),
        field("telephone-reason", _("Why the dose is ordered all the same, in the prescriber's words"), el("textarea", { id: "telephone-reason", rows: 3, maxlength: 500, translate: "no" })),
        tick("read-back", _("I read the medicine and the dose back, and the prescriber confirmed it")),
        choice("listener", _("Who else heard it"), notMe(state.list.staff), { none: _("nobody was there"), plain: true }),
        el("p", { class: "quiet" }, _("It is valid for this one dose. The prescriber signs it afterwards.")),
        button(_("Write it down"), () => write(row), { id: "write-down" }),
      ),
    );
    window.scrollTo(0, 0);
  }

  // What is still missing, in words; empty: nothing.
  function missing(row) {
    const most = row.spoken.most_mg;
    const mg = typed("telephone-mg");
    if (!typed("prescriber")) return ["prescriber", _("Choose the prescriber who said it.")];
    if (mg === null || !/^\d{1,5}(\.\d{1,3})?$/.test(mg) || Number(mg) === 0) return ["telephone-mg", _("Write how many mg were ordered: more than 0.")];
    if (Number(mg) > Number(most)) return ["telephone-mg", fill(_("Without the network at most %(mg)s mg can be ordered by telephone: ask for a lower dose."), { mg: most })];
    if (!typed("telephone-reason")) return ["telephone-reason", _("Write why the dose is ordered all the same.")];
    if (!document.getElementById("read-back").checked) return ["read-back", _("Read the medicine and the dose back first, then tick it.")];
    if (typed("listener") === typed("prescriber")) return ["listener", _("Whoever said it is nobody who heard it.")];
    return [];
  }

  function write(row) {
    const [id, words] = missing(row);
    if (id) {
      const told = document.getElementById("telephone-refused");
      told.textContent = words;
      told.hidden = false;
      document.getElementById(id).focus();
      return say(words);
    }
    document.getElementById("write-down").disabled = true;
    return Round.act.writeDown(row, {
      prescriber: typed("prescriber"),
      product: typed("medicine"),
      mg: typed("telephone-mg"),
      read_back: true,
      listener: typed("listener"),
      in_spite_of: state.stops(row).map((one) => one.code),
      reason: document.getElementById("telephone-reason").value.trim(),
    });
  }

  const told = (row) => {
    if (!row.by_telephone) return null;
    return el("p", { class: "round-unchecked" }, fill(_("By telephone order of %(name)s. Wrong? Take it back on the page that needs the network."), { name: row.by_telephone }));
  };

  Round.telephone = { offer, told };
})();
