// Talking with the server. Whether there is contact is told by its answers and by nothing else.
(() => {
  const Round = (window.Round ??= {});
  const patience = 10_000;
  const state = { csrf: "", here: null, last: null, failed: false, needs: "" };

  // Whoever wants to know that something about the contact changed.
  const listeners = [];
  const told = () => listeners.forEach((listener) => listener());

  async function asked(method, path, text, headers) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), patience);
    try {
      const answer = await fetch(path, {
        method,
        body: text,
        headers: { Accept: "application/json", "X-CSRF-Token": state.csrf, ...headers },
        redirect: "manual",
        cache: "no-store",
        signal: stop.signal,
      });
      const body = await answer.json();
      return { status: answer.status, body };
    } catch {
      return null; // no answer, or none of ours
    } finally {
      clearTimeout(timer);
    }
  }

  // An answer {status, body}; null: none came. What it says about the contact is kept.
  async function ask(method, path, said, headers = {}) {
    const text = said === undefined || typeof said === "string" ? said : JSON.stringify(said);
    const typed = text === undefined ? headers : { "Content-Type": "application/json", ...headers };
    const answer = await asked(method, path, text, typed);
    state.failed = answer === null || answer.status >= 500;
    if (!state.failed) {
      state.last = Date.now();
      state.needs = { 401: "sign-in", 403: "role" }[answer.status] ?? "";
    }
    told();
    return answer;
  }

  // Who is signed in at the server; null: nobody, or no contact.
  async function here() {
    const answer = await ask("GET", "/round/here", undefined, await Round.persistence.told());
    state.here = answer?.status === 200 ? answer.body : answer ? null : state.here;
    if (answer?.status !== 200) return null;
    state.csrf = answer.body.csrf;
    Round.clock.seen(answer.body.server_at);
    await Round.store.put("kept", Round.clock.contact(), "contact");
    told();
    return answer.body;
  }

  // Like ask; the token of a session that was renewed meanwhile is fetched once.
  async function post(path, said, headers) {
    if (!state.csrf && !(await here())) return null;
    const answer = await ask("POST", path, said, headers);
    if (answer?.status !== 403 || !(await here())) return answer;
    return ask("POST", path, said, headers);
  }

  // With a session that is locked, or not: for what cannot wait until somebody has typed a PIN.
  async function postAtLock(path, said) {
    if (!state.csrf) {
      const answer = await ask("GET", "/round/emergency/here");
      if (answer?.status !== 200) return null;
      state.csrf = answer.body.csrf;
    }
    return ask("POST", path, said);
  }

  Round.contact = {
    here,
    post,
    postAtLock,
    who: () => state.here,
    // Until somebody answered, nobody has.
    failed: () => state.failed || state.last === null,
    needs: () => state.needs,
    // When the server last answered, by the clock as it was put right.
    last: () => Round.clock.contact()?.server_at && new Date(state.last ? state.last + Round.clock.wrongBy() : Round.clock.contact().server_at),
    listen: (listener) => listeners.push(listener),
  };
})();
