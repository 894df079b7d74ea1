// Events that were tapped and what became of them. One goes on with the same number until an answer was read; what the
// server could not simply take is kept and shown until somebody has looked at it.
(() => {
  const Round = (window.Round ??= {});
  const { store, vault, contact } = Round;
  const WAITING = "waiting";
  const most = 500;
  const listeners = [];
  const told = () => listeners.forEach((listener) => listener());
  let adding = Promise.resolve();
  let count = { waiting: 0, check: 0 };

  // Keep an event; resolves once it is on the disk.
  function add(key, tablet, event) {
    const added = adding.then(async () => {
      const whole = { ...event, seq: await store.next() };
      const text = JSON.stringify(whole);
      const entry = {
        seq: whole.seq,
        id: whole.id,
        account: whole.recorded_by,
        own: await vault.encrypted(key, text),
        sealed: await vault.sealed(tablet.facility_key, text),
        state: WAITING,
        answer: null,
      };
      await store.put("outbox", entry);
      await recount();
      return { ...entry, event: whole };
    });
    adding = added.catch(() => {});
    return added;
  }

  // Keep what is recorded while the tablet is locked: only the server can read it.
  function addSealed(facility, said) {
    const added = adding.then(async () => {
      const seq = await store.next();
      const sealed = await vault.sealed(facility, JSON.stringify(said));
      await store.put("outbox", { seq, id: said.id, account: null, own: null, sealed, state: WAITING, answer: null, at_lock: true });
      await recount();
    });
    adding = added.catch(() => {});
    return added;
  }

  // What is kept, with the events and answers that the open store can read.
  async function all(key) {
    const entries = await store.all("outbox");
    return Promise.all(
      entries.map(async (entry) => {
        const text = await vault.decrypted(key, entry.own);
        return { ...entry, text, event: text && JSON.parse(text), said: await vault.decrypted(key, entry.answer) };
      }),
    );
  }

  async function recount() {
    const entries = await store.all("outbox");
    const waiting = entries.filter((one) => one.state === WAITING).length;
    count = { waiting, check: entries.filter((one) => one.state === "check").length };
    told();
  }

  async function answered(key, entry, status, body) {
    const { text, event, said, ...kept } = entry;
    const calm = status < 300 && body.outcome !== "quarantined";
    kept.state = calm ? "sent" : "check";
    // Unread events leave nothing but what became of them.
    kept.answer = key ? await vault.encrypted(key, { status, ...body }) : null;
    kept.outcome = body.outcome ?? "refused";
    await store.put("outbox", kept);
    return { ...entry, ...kept, said: { status, ...body } };
  }

  // Whether it says what became of an event, and not only that now is no time for it.
  const isAnswer = (status, body) =>
    status === 200 || status === 201 || status === 422 || (status === 409 && body.outcome === "conflict");

  // Send what waits: our own one by one, so that each row is told; what others tapped, sealed and unread.
  async function send(key, account, onAnswer) {
    const waiting = (await all(key)).filter((one) => one.state === WAITING);
    if (!waiting.length) return;
    await sendSealed(key, waiting.filter((one) => one.at_lock), "/round/emergency/sealed", contact.postAtLock);
    const signedIn = contact.who()?.account.id;
    const ours = (one) => one.text && one.account === account && account === signedIn;
    await sendSealed(key, waiting.filter((one) => !one.at_lock && !ours(one)), "/round/sealed", contact.post);
    for (const one of waiting.filter(ours)) {
      const answer = await contact.post("/round/events", one.text, { "Idempotency-Key": one.id });
      if (!answer || !isAnswer(answer.status, answer.body)) break;
      onAnswer?.(await answered(key, one, answer.status, answer.body));
      await recount();
    }
  }

  async function sendSealed(key, entries, path, post) {
    for (let from = 0; from < entries.length; from += most) {
      const some = entries.slice(from, from + most);
      const answer = await post(path, { events: some.map((one) => one.sealed) });
      if (answer?.status !== 200) return;
      for (const [place, one] of answer.body.answers.entries()) {
        if (isAnswer(one.status, one)) await answered(key, some[place], one.status, one);
      }
      await recount();
    }
  }

  // One tab of the tablet at a time; without locks the server still takes each event once.
  function flush(key, account, onAnswer) {
    const work = () => send(key, account, onAnswer);
    if (!navigator.locks) return work();
    return navigator.locks.request("round-outbox", work);
  }

  // What the server has told of already need not be kept.
  async function forgetSent(before) {
    for (const one of await store.all("outbox")) {
      if (one.state === "sent" && one.seq <= before) await store.remove("outbox", one.seq);
    }
  }

  async function lookedAt(seq) {
    const entry = await store.get("outbox", seq);
    if (entry?.state === "check") await store.remove("outbox", seq);
    await recount();
  }

  Round.outbox = { add, addSealed, all, flush, forgetSent, lookedAt, recount, count: () => count, listen: (one) => listeners.push(one) };
})();
