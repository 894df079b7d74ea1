// What was given to somebody who is not on this list: by their number, or in words. Nobody is guessed here; the server keeps it
// apart until a clinician has found out who it was.
(() => {
  const Round = (window.Round ??= {});
  const { _ } = Round.words;
  const { el, quiet, button, show, say } = Round.drawing;
  const { state } = Round;
  const { isTicked, base } = Round.card;

  const NOBODY = "-"; // no id of a person
  const anybody = () => ({ person: NOBODY, wing: "", cell: "", initials: "", slot: null, order_version: null, product: null, mg: null, cups: [], stops: [] });

  const page = (...content) =>
    show(
      el("div", { class: "page-head" }, el("div", {}, el("h1", {}, _("Somebody who is not on the list"))), quiet(_("Back to the list"), () => Round.rows.draw(), { id: "back" })),
      el("section", { class: "card round-forms", "aria-label": _("Somebody who is not on the list") }, ...content),
    );

  function open() {
    const row = anybody();
    page(
      el("p", {}, _("It is kept apart until somebody has found out who it was. Nothing is lost.")),
      el("div", { class: "field" }, el("label", { for: "somebody" }, _("Prison number, or who it was in words")), el("input", { id: "somebody", autocomplete: "off", autocapitalize: "none", spellcheck: "false", maxlength: 200 })),
      Round.beside.ofDose(row, "beside-more"),
      Round.happened.fields(row, ""),
      button(_("Record it"), () => record(row), { id: "record-somebody" }),
    );
    window.scrollTo(0, 0);
  }

  function record(row) {
    const field = document.getElementById("somebody");
    const somebody = field.value.trim();
    if (!somebody) {
      field.setAttribute("aria-invalid", "true");
      field.focus();
      return say(_("Say first who it was."));
    }
    const said = Round.happened.said();
    if (!said) return;
    const checked = isTicked("happened-identity") ? ["name-birth", "number"] : [];
    Round.act.record(row, { ...said, somebody, identity_by: checked, ...base(row) });
  }

  // The steps after a mistake, for whoever it was.
  const steps = () => page(el("h2", {}, _("A mistake was made: do this now")), el("ol", { class: "round-steps" }, (state.list.protocol.after_error?.steps ?? []).map((one) => el("li", {}, one.words))));

  Round.somebody = { open, steps };
})();
