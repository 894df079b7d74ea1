// "Record what happened": what was in fact taken, whatever the order says. After a mistake it is asked of which medicine and,
// where that is a liquid, how many mL out of which container; nothing of it is taken over from the order.
(() => {
  const Round = (window.Round ??= {});
  const { _, fill, time, dayAndTime } = Round.words;
  const { el, name, quiet, say } = Round.drawing;
  const { state, clock } = Round;
  const { choice, tick, typed, isTicked, amount, isAmount } = Round.card;
  const minute = 60_000;

  const mistakes = () => ({
    "wrong-person": _("The wrong person had it"),
    "wrong-amount": _("The wrong amount"),
    "wrong-strength": _("The wrong strength"),
    "wrong-medicine": _("The wrong medicine"),
    double: _("Given twice"),
  });

  const field = (id) => document.getElementById(id);
  const isLiquid = (product) => state.list.protocol.by_telephone?.[product]?.by_volume ?? false;
  const containersOf = (product) => state.list.containers.filter((one) => !one.cups && one.products.includes(product));
  const containerIn = (id) => state.list.containers.find((one) => one.id === id) ?? null;

  // --- when it was

  const minutesOf = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
  const before = (from, to) => (minutesOf(from) - minutesOf(to) + 1440) % 1440;

  // The last time that the clock on the wall showed this; where the hour was changed since, by that too.
  function lastAt(text) {
    const now = clock.now();
    const at = new Date(Math.floor(now.getTime() / minute) * minute - before(time(now), text) * minute);
    const off = before(time(at), text);
    return new Date(at.getTime() - (off > 720 ? off - 1440 : off) * minute);
  }

  // What the event says of it: nothing, where it is now. The tablet's own time, as in every event; the server puts it right.
  function occurred(id) {
    const text = typed(id);
    if (!text) return {};
    return { occurred_at: clock.deviceTime(new Date(lastAt(text).getTime() - clock.wrongBy())), entry: "paper" };
  }

  const when = (id) => [
    el("div", { class: "field" }, el("label", { for: id }, _("When, if not now")), el("input", { id, type: "time", onchange: () => field(`${id}-told`).replaceChildren(field(id).value ? fill(_("Recorded as of %(time)s"), { time: dayAndTime(lastAt(field(id).value)) }) : "") })),
    el("p", { id: `${id}-told`, class: "quiet", role: "status" }),
  ];

  // --- what it was

  function chooseProduct() {
    const product = typed("happened-product");
    field("happened-liquid").hidden = !isLiquid(product);
    const options = [["", _("None of these")], ...containersOf(product).map((one) => [one.id, one.name])];
    field("happened-from").replaceChildren(...options.map(([value, said]) => el("option", { value, translate: value ? "no" : null }, said)));
    chooseContainer();
  }

  function chooseContainer() {
    const chosen = containerIn(typed("happened-from"));
    field("happened-strength").value = chosen?.strength ?? "";
    field("happened-strength").readOnly = Boolean(chosen);
  }

  // Of a mistake nothing that was planned is taken to be what happened.
  function chooseMistake(row) {
    const wrong = Boolean(typed("mistake"));
    field("happened-what").hidden = !wrong && Boolean(row.slot);
    if (wrong && field("happened-mg").value === (row.mg ?? "")) field("happened-mg").value = "";
    if (wrong && field("happened-cup").value === (Round.cup.good(row)[0]?.label ?? "")) field("happened-cup").value = "";
  }

  const what = (shown) =>
    el(
      "div",
      { id: "happened-what", class: "round-happened", hidden: !shown },
      choice("happened-product", _("Which medicine was in fact taken"), state.list.words.products, { none: _("Choose"), onchange: chooseProduct }),
      el(
        "div",
        { id: "happened-liquid", class: "round-happened", hidden: true },
        choice("happened-from", _("Out of which container"), {}, { onchange: chooseContainer }),
        amount("happened-ml", _("Taken, mL")),
        amount("happened-strength", _("Strength, mg in 1 mL")),
      ),
    );

  // What it was, as far as it was asked: {product, mL, concentration, container}; null: something is still to be said.
  function whatWasTaken() {
    if (field("happened-what").hidden) return {};
    const product = typed("happened-product");
    if (!product) return missing("happened-product", _("Say first which medicine was in fact taken."));
    if (!isLiquid(product)) return { product, container: typed("happened-from") };
    for (const id of ["happened-ml", "happened-strength"]) if (typed(id) && !isAmount(typed(id))) return missing(id, _("That is no amount."));
    if (!typed("happened-ml") && typed("mistake") === "wrong-strength") return missing("happened-ml", _("Say first how many mL were taken."));
    return { product, mL: typed("happened-ml"), concentration: typed("happened-strength"), container: typed("happened-from") };
  }

  function missing(id, words) {
    field(id).setAttribute("aria-invalid", "true");
    field(id).focus();
    say(words);
    return null;
  }

  // As typed; else by volume and strength.
  function mgOf(taken) {
    if (typed("happened-mg") || !taken.mL || !taken.concentration) return typed("happened-mg");
    return String(Number((Number(taken.mL) * Number(taken.concentration)).toFixed(3)));
  }

  // The event as far as the form says it; null: something is still to be said.
  function said() {
    const taken = whatWasTaken();
    if (!taken) return null;
    const mg = mgOf(taken);
    if (!isAmount(mg)) return missing("happened-mg", _("That is no amount."));
    return { kind: typed("kind"), mg, mistake: typed("mistake"), ...taken, ...Round.cup.named(field("happened-cup").value), ...occurred("happened-at"), awake: isTicked("happened-awake") };
  }

  const fields = (row, planned) => [
    choice("kind", _("What"), { given: _("All of it was taken"), partial: _("A part of it was taken"), "mouth-check-failed": _("Taken; mouth check failed") }),
    choice("mistake", _("Was it a mistake?"), mistakes(), { none: _("No"), onchange: () => chooseMistake(row) }),
    what(!row.slot),
    amount("happened-mg", _("Taken, mg"), row.mg ?? ""),
    el("div", { class: "field" }, el("label", { for: "happened-cup" }, _("Out of a cup: its label")), el("input", { id: "happened-cup", autocomplete: "off", maxlength: 60, translate: "no", value: planned })),
    when("happened-at"),
    tick("happened-awake", _("The person was awake and not intoxicated")),
    tick("happened-identity", _("Checked by two marks")),
  ];

  Round.happened = { fields, said };
})();
