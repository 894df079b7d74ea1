// What is to be done after a dose: the steps after a mistake, which the list brings so that they are there without a network
// too, and when somebody is looked at again. Both are marked at the row of the person until they are worked off.
(() => {
  const Round = (window.Round ??= {});
  const { _, fill, time, dayAndTime } = Round.words;
  const { el, icon, quiet } = Round.drawing;
  const { state, clock } = Round;

  const LOOK_AGAIN = "look-again";
  const SEEN_TO = "seen-to";

  const told = (row, what) => (row.to_do ?? []).filter((one) => one.what === what);
  const events = () => state.entries.filter((one) => one.event);

  // What was tapped here and the server has not told of yet.
  const here = (row, wanted) =>
    events().filter((one) => one.event.person === row.person && !one.merged && !one.said?.rows?.length && wanted(one.event)).map((one) => one.event);
  const isTakenBack = (id) => events().some((one) => one.event.kind === "entered-in-error" && one.event.of === id);

  const later = (at, seconds) => new Date(Date.parse(at) + clock.wrongBy() + seconds * 1000).toISOString();
  const isSeenTo = (item, step) =>
    events().some(({ event }) => event.kind === SEEN_TO && (event.step ?? null) === step && ((item.task && event.task === item.task) || (item.focus && event.of === item.focus)));

  // --- after a mistake

  function ofMistake(row, event) {
    const { steps, observe_s: watched } = state.list.protocol.after_error ?? { steps: [], observe_s: {} };
    const seconds = watched[event.product ?? row.product];
    return { task: null, focus: event.id, due_at: seconds ? later(event.occurred_at, seconds) : null, steps: steps.map((one) => ({ ...one, done: false })) };
  }

  // The mistakes of a person of which a step is open: {task, focus, due_at, steps: [{code, words, done}]}.
  function mistakes(row) {
    const known = told(row, "dosing-error");
    const fresh = here(row, (event) => event.mistake && !isTakenBack(event.id) && !known.some((one) => one.focus === event.id));
    return [...known, ...fresh.map((event) => ofMistake(row, event))]
      .filter((one) => !isTakenBack(one.focus))
      .map((one) => ({ ...one, steps: one.steps.map((step) => ({ ...step, done: step.done || isSeenTo(one, step.code) })) }))
      .filter((one) => one.steps.some((step) => !step.done));
  }

  // --- who waits

  // When a person is looked at again, the earliest first: {task, due_at}.
  function looks(row) {
    const known = told(row, LOOK_AGAIN);
    const fresh = here(row, (event) => event.kind === LOOK_AGAIN).map((event) => ({ task: event.id, due_at: later(event.occurred_at, event.minutes * 60) }));
    return [...known, ...fresh.filter((one) => !known.some((other) => other.task === one.task))]
      .filter((one) => !isSeenTo({ task: one.task }, null))
      .sort((one, other) => Date.parse(one.due_at) - Date.parse(other.due_at));
  }

  const wait = (row, minutes) => Round.act.note(row, { kind: LOOK_AGAIN, of: state.done(row)?.taken ? state.done(row).id : null, minutes });
  const seenTo = (row, item, step = null) => Round.act.note(row, { kind: SEEN_TO, of: item.task ? null : item.focus, task: item.task, step }, { stay: true });

  // --- on the card

  const stepLine = (row, item, step) =>
    el("li", {}, step.done || !state.list.may_record ? [step.done && Round.rows.tag(_("done")), " ", step.words] : quiet(step.words, () => seenTo(row, item, step.code), { class: "round-step" }));

  const mistakeBlock = (row, item, place) =>
    el(
      "section",
      { class: "card round-told round-told-warn", "aria-labelledby": `mistake-${place}` },
      el("h2", { id: `mistake-${place}` }, icon("warning"), _("A mistake was made: do this now")),
      el("p", {}, item.due_at ? fill(_("Somebody watches this person until %(time)s."), { time: dayAndTime(item.due_at) }) : _("Somebody watches this person until a prescriber ends it.")),
      el("ol", { class: "round-steps" }, item.steps.map((step) => stepLine(row, item, step))),
    );

  const lookBlock = (row, item, place) =>
    el(
      "section",
      { class: "card round-told round-told-warn", "aria-labelledby": `look-${place}` },
      el("h2", { id: `look-${place}` }, fill(_("Look again at %(at)s"), { at: time(item.due_at) })),
      state.list.may_record && quiet(_("Looked: all is well"), () => seenTo(row, item), { id: `looked-${place}` }),
    );

  const blocks = (row) => [...mistakes(row).map((one, place) => mistakeBlock(row, one, place)), ...looks(row).map((one, place) => lookBlock(row, one, place))];

  Round.after = { mistakes, looks, wait, seenTo, blocks };
})();
