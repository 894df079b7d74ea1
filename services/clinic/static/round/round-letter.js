// No medicine is named where others look on: its letter stands on the row, on the card and beside every bottle that is out. What
// it is, is one tap away on the card, and is hidden again with it.
(() => {
  const Round = (window.Round ??= {});
  const { _ } = Round.words;
  const { el, name } = Round.drawing;
  const { state } = Round;

  const badge = (letter) => el("strong", { class: "round-letter", translate: "no" }, letter);
  const of = (row) => row.letter && badge(row.letter);

  // On a row in small letters, where what is out has one strength.
  const volume = (row) => {
    const mL = row.by_volume && row.mg && Round.card.volumeOf(row);
    return mL && el("small", { translate: "no" }, ` · ${mL} mL`);
  };

  const strength = (one) => (one.unit === "mL" ? `${one.strength} mg/mL` : `${one.strength} mg`);
  const bottle = (one) => [(one.letters ?? []).map(badge), name([one.name, one.strength && strength(one)].filter(Boolean).join(" · "))];

  // Of a card: what it is, closed; and the bottle it comes from.
  function shown(row, container) {
    return [
      container && el("p", { class: "round-bottle" }, _("Bottle:"), " ", bottle(container)),
      row.medicine && el("details", { class: "round-what" }, el("summary", {}, _("Show what it is")), el("p", {}, name(row.medicine))),
    ];
  }

  // What is out, by its letter: that the right bottle was taken is seen without a name.
  function bottles() {
    const out = state.list.containers.filter((one) => !one.cups);
    if (!out.length) return null;
    return el("section", { class: "card", "aria-labelledby": "bottles" }, el("h2", { id: "bottles" }, _("Out for the round")), el("ul", { class: "round-bottles" }, out.map((one) => el("li", {}, bottle(one)))));
  }

  Round.letter = { of, volume, shown, bottles };
})();
