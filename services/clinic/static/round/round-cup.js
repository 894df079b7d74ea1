// The cup that was poured for a row: which one is in the hand, by a tap, its label or its code.
(() => {
  const Round = (window.Round ??= {});
  const { _, fill } = Round.words;
  const { el } = Round.drawing;
  const { state } = Round;

  // Emptied on this tablet since the list was fetched.
  function emptied(id) {
    const events = state.entries.filter((one) => one.event && !one.merged).map((one) => one.event);
    const undone = new Set(events.filter((one) => one.kind === "entered-in-error").map((one) => one.of));
    return events.some((one) => one.cup === id && !undone.has(one.id));
  }

  const all = (row) => (row.cups ?? []).filter((one) => !emptied(one.id));
  const good = (row) => all(row).filter((one) => one.good);
  let inHand = null; // the cup of the card that is open

  // By its label or by what its code says, of whomever it is; null: no such cup stands.
  function read(text) {
    const said = text.trim().toLowerCase();
    return state.list.rows.flatMap(all).find((one) => said === one.label.toLowerCase() || said === one.id) ?? null;
  }

  const tick = () => document.getElementById("cup-in-hand");
  const told = (words) => document.getElementById("cup-told").replaceChildren(words);

  // What was read is this cup, or nothing is given.
  function take(row, text) {
    const found = read(text);
    inHand = found && good(row).find((one) => one.id === found.id);
    tick().checked = Boolean(inHand);
    if (inHand) told(fill(_("It is the cup of this dose: %(label)s."), { label: inHand.label }));
    else if (found) told(_("Do not hand it out: this cup is not for this dose. Put it aside and take the cup of this person."));
    else told(_("No cup of this label stands poured. Look at the label, and type it again."));
    return Boolean(inHand);
  }

  const wasRead = () => document.getElementById("cup-read")?.value.trim() ?? "";

  // Fields of a card whose dose stands in a cup. The tick is asked for like the others before Given.
  function fields(row) {
    const [first] = good(row);
    if (!first) return null;
    inHand = first;
    const field = el("input", { id: "cup-read", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", maxlength: 60, translate: "no" });
    field.addEventListener("change", () => wasRead() && take(row, wasRead()));
    field.addEventListener("keydown", (event) => event.key === "Enter" && wasRead() && take(row, wasRead()));
    return el(
      "div",
      { class: "round-cup" },
      el("div", { class: "field" }, el("label", { for: "cup-read" }, _("Read the code of the cup, or type its label")), field),
      el("p", { id: "cup-told", class: "round-unchecked", role: "alert" }),
    );
  }

  const confirm = (row) => {
    const [first] = good(row);
    return first && el("label", { class: "tick" }, el("input", { type: "checkbox", id: "cup-in-hand" }), el("span", {}, fill(_("Cup %(label)s is in my hand"), { label: first.label })));
  };

  // Whether what stands in the field, if anything does, is a cup of this dose.
  const holds = (row) => !good(row).length || !wasRead() || take(row, wasRead());

  // The one that was read last, else the one of which the tick speaks.
  const chosen = (row) => good(row).find((one) => one.id === inHand?.id) ?? good(row)[0] ?? null;

  // What a dose comes from, if it is in a cup: to be laid over the event.
  function source(row) {
    const cup = chosen(row);
    return cup ? { container: cup.container, cup: cup.id } : {};
  }

  function given(row) {
    const cup = chosen(row);
    if (!cup) return {};
    const measured = cup.unit === "mL";
    return { ...source(row), mL: measured ? cup.left : null, concentration: measured ? cup.strength : null };
  }

  // Of what happened, whatever stands against it.
  function named(text) {
    const cup = text ? read(text) : null;
    return cup ? { container: cup.container, cup: cup.id } : {};
  }

  const lines = (row) =>
    all(row).map((one) =>
      el(
        "p",
        one.good ? {} : { class: "round-unchecked" },
        fill(one.good ? _("Cup %(label)s") : _("Cup %(label)s: do not hand it out."), { label: one.label }),
        one.flaw && ` ${one.flaw}`,
      ),
    );

  Round.cup = { good, fields, confirm, holds, source, given, named, lines };
})();
