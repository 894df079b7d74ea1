// The list is read again, without anybody asking for it: when there is contact again, once a minute while there is, and after
// a wing was taken over. What others recorded meanwhile closes its row; none moves, and what waits here stays on top.
(() => {
  const Round = (window.Round ??= {});
  const { state, contact } = Round;
  let asked = 0;
  let taken = 0; // of the questions, the last whose answer was taken

  const plain = (row, key) => JSON.stringify(key === "last" && row.last ? { ...row.last, checked_at: null } : (row[key] ?? null));

  // Whether a row says something else than before; its mark, and when doses elsewhere were looked at, are no news.
  const isNews = (before, now) => Object.keys(now).some((key) => key !== "mark" && plain(before, key) !== plain(now, key));

  // What stopped a dose before it was taken counts again if it is taken back, also without a network.
  function stopsBefore(row) {
    const old = row.done?.taken && state.list?.rows.find((one) => state.nameOf(one) === state.nameOf(row));
    if (!old) return {};
    return { stops_before: old.done?.taken ? old.stops_before : old.stops };
  }

  // A row as the tablet has it comes as its mark alone. One that was altered here meanwhile has no mark any more, and is newer.
  function row(one, known, checked_at) {
    const found = one.person ? { ...one, ...stopsBefore(one) } : known.get(one.mark);
    return { ...found, last: found.last && { ...found.last, checked_at } };
  }

  // The list as the server has it now; null: no answer, or a later one came before it. What is answered while it is on its
  // way is not in it, so `upto` is of before.
  async function ask(wings, session) {
    const turn = ++asked;
    const known = new Map((state.list?.rows ?? []).filter((one) => one.mark).map((one) => [one.mark, one]));
    const upto = Math.max(0, ...state.entries.filter((one) => one.state === "sent").map((one) => one.seq));
    const answer = await contact.post("/round/list", { wings, session, known: [...known.keys()] });
    if (answer?.status !== 200 || turn < taken) return null;
    taken = turn;
    const { body } = answer;
    return { ...body, upto, rows: body.rows.map((one) => row(one, known, body.server_at)) };
  }

  let reading = null;

  // Quietly, and of the round that is on the screen. One at a time.
  function read() {
    reading ??= anew().finally(() => (reading = null));
    return reading;
  }

  async function anew() {
    const { key, list } = state;
    if (!key || !list) return;
    await Round.act.flush();
    const found = await ask([], list.round.session);
    // It was locked meanwhile, or somebody else's list was opened.
    if (!found || state.key !== key) return;
    await Round.act.received(found, { asked: true, quietly: true });
  }

  // The card that is open says that it is not what it was.
  function card(before) {
    const shown = Round.card.shown();
    if (shown === null) return;
    const old = before.find((one) => state.nameOf(one) === shown);
    const now = state.list.rows.find((one) => state.nameOf(one) === shown);
    if (old && (!now || isNews(old, now))) Round.card.changed(now ?? old, !now);
  }

  let failed = true;
  contact.listen(() => {
    const again = failed && !contact.failed();
    failed = contact.failed();
    // The first contact of the page is that of whoever opened the list.
    if (again && state.key && !Round.act.isBeginning()) read();
  });

  Round.renewal = { ask, read, card };
})();
