// Who could be taken for another and has no photo: the code of their card is read, or their number typed, and compared with the
// list. What was in fact done is what is recorded; where neither is at hand there is a way on, and it is told.
(() => {
  const Round = (window.Round ??= {});
  const { _ } = Round.words;
  const { el } = Round.drawing;
  const { state } = Round;

  const photoOf = (row) => state.list.photos?.[row.person] || null;
  const isAsked = (row) => row.two_people && !photoOf(row);

  const plain = (text) => text.trim().toLowerCase();
  const wasRead = () => plain(document.getElementById("code-read")?.value ?? "");
  const isWithout = () => document.getElementById("without-code")?.checked ?? false;

  // By what a text is somebody's: their code, their number; null: it is not theirs.
  function by(row, text) {
    if (!text) return null;
    if (row.code && text === plain(row.code)) return "qr";
    return row.number && text === plain(row.number) ? "number" : null;
  }

  function told(row) {
    const text = wasRead();
    if (by(row, text)) return _("It is this person.");
    if (state.list.rows.some((one) => one.person !== row.person && by(one, text))) return _("Give nothing: it is somebody else's card.");
    return text && _("It is not the code and not the number of this person. Read it again.");
  }

  const look = (row) => document.getElementById("code-told").replaceChildren(told(row));

  function fields(row) {
    if (!isAsked(row)) return null;
    const field = el("input", { id: "code-read", autocomplete: "off", autocapitalize: "none", spellcheck: "false", maxlength: 60, translate: "no" });
    field.addEventListener("change", () => look(row));
    field.addEventListener("keydown", (event) => event.key === "Enter" && look(row));
    return el(
      "div",
      { class: "round-cup" },
      el("div", { class: "field" }, el("label", { for: "code-read" }, _("Read the code of their card, or type their number")), field),
      el("p", { id: "code-told", class: "round-unchecked", role: "alert" }),
      el("label", { class: "tick" }, el("input", { type: "checkbox", id: "without-code" }), el("span", {}, _("Neither is at hand: I asked for name and birth date, and it is marked so"))),
    );
  }

  // Whether it may be given by what was read, or by the way on where nothing can be.
  function holds(row) {
    if (!isAsked(row) || by(row, wasRead()) || (!wasRead() && isWithout())) return true;
    look(row);
    document.getElementById("code-read").focus();
    Round.drawing.say(_("Read the code of their card, or type their number"));
    return false;
  }

  const identityBy = (row) => {
    if (isAsked(row)) return [by(row, wasRead()), "name-birth"].filter(Boolean);
    return photoOf(row) ? ["photo", "number"] : ["name-birth", "number"];
  };

  Round.code = { photoOf, isAsked, fields, holds, identityBy };
})();
