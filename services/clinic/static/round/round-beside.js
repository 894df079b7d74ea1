// Who stands beside a dose: whoever signed in for the round or the wing, and then taps on the card that they saw it. Without
// that tap nobody is named with a dose. Who they are is proved by the server; without a network by their own key here.
(() => {
  const Round = (window.Round ??= {});
  const { _, fill } = Round.words;
  const { el } = Round.drawing;
  const { state } = Round;

  const byWing = () => state.list.protocol.witness_per === "wing";
  const notMe = (people) => people.filter((one) => one.account !== state.account.account);

  // Those who signed in for a row, each once, whoever did so last first.
  function known(row) {
    const fitting = notMe(state.list.witnesses).filter((one) => (one.wing ?? "") === row.wing || (!one.wing && !byWing()));
    const latest = new Map(fitting.map((one) => [one.account, one]));
    return [...latest.values()].reverse();
  }

  const choice = (group, id, value, words) =>
    el("label", { class: "tick" }, el("input", { type: "radio", name: group, id, value }), el("span", {}, words));

  // One tap of theirs. Nothing is tapped before; null: nobody is signed in beside.
  function fields(row, group, { saw, alone, id }) {
    const beside = known(row);
    if (!beside.length) return null;
    const tap = ({ account, name }, place) => choice(group, place ? `${id}-${place}` : id, account, fill(saw, { name }));
    return el("fieldset", { class: "round-ways", id: group }, el("legend", {}, _("Second person")), beside.map(tap), choice(group, `${group}-nobody`, "", alone));
  }

  const ofDose = (row, group = "beside-now") =>
    fields(row, group, { saw: _("%(name)s stands beside and saw it"), alone: _("Nobody stands beside now: it is marked so"), id: group === "beside-now" ? "beside-saw" : `${group}-saw` });
  const ofUndo = (row) =>
    fields(row, "beside-back", { saw: _("%(name)s stands beside and agrees: it was a wrong tap"), alone: _("Nobody stands beside now: it is marked so"), id: "beside-agrees" });

  const tapped = (group) => document.querySelector(`input[name="${group}"]:checked`);

  // Whether somebody is asked and has not tapped yet; it is then shown where.
  function isOpen(group) {
    const place = document.getElementById(group);
    if (!place || tapped(group)) return false;
    place.classList.add("tick-missing");
    place.querySelector("input").focus();
    Round.drawing.say(_("Whoever stands beside taps first."));
    return true;
  }

  // What an event says of them: whoever tapped, else that nobody did.
  function said(row, ...groups) {
    const account = groups.map((one) => tapped(one)?.value).find(Boolean);
    const one = account && known(row).find((other) => other.account === account);
    return { witness: one?.account ?? null, witness_offline: one?.offline ? true : null, single_handed: !one };
  }

  // --- proving it

  // {refused}: why it was not accepted, empty if it was; {offline: true}: only this tablet says so.
  async function prove(account, pin, wing = "") {
    const answer = await Round.contact.post("/round/witness", { session: state.list.round.session, account, pin, wing });
    if (answer?.status === 201) return { refused: "", offline: false };
    if (answer && answer.status !== 401 && answer.status < 500) return { refused: answer.body.detail };
    return proveHere(account, pin);
  }

  // By the key that is wrapped with their own PIN, counted like any that opens the tablet.
  async function proveHere(account, pin) {
    const kept = account && (await Round.store.get("keys", account));
    if (!kept) return { refused: _("There is no contact with the server, and they have no PIN of the round on this tablet: they cannot be proved now.") };
    const { key, refused, dropped } = await Round.lock.tried(kept, pin);
    if (dropped) {
      Round.lock.close();
      await Round.lock.dropped();
      Round.act.around();
      return { dropped: true };
    }
    return key ? { refused: "", offline: true } : { refused };
  }

  // Whom the server does not know yet stays on a list that is fetched anew, as long as it is of the same round.
  function keep(list) {
    if (list.round.id && list.round.id !== state.list?.round.id) return;
    const ours = (state.list?.witnesses ?? []).filter((one) => one.offline);
    const same = (one, other) => one.account === other.account && (one.wing ?? "") === (other.wing ?? "");
    list.witnesses.push(...ours.filter((one) => !list.witnesses.some((other) => same(one, other))));
  }

  Round.beside = { byWing, notMe, known, ofDose, ofUndo, isOpen, said, prove, keep };
})();
