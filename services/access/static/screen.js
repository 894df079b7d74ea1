// Hides the screen of a shared tablet when nobody touches it, and leaves the page once the session is locked or over.
// What locks is the server; this only sees to it that nothing is left to be read.
(() => {
  const cover = document.getElementById("cover");
  const hidesAfter = Number(cover.dataset.hides) * 1000;
  const locksAfter = Number(cover.dataset.locks) * 1000;
  const title = document.title;
  const told = { every: 20_000, askedAgain: 5_000 };
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("session") : null;
  let touchedAt = Date.now();
  let toldAt = touchedAt;
  let askedAt = 0;
  let leaving = false;

  const isCovered = () => !cover.hidden;

  function put(hidden) {
    for (const part of document.body.children) {
      if (part !== cover) part.hidden = hidden;
    }
    cover.hidden = !hidden;
    document.title = hidden ? "Throughcare" : title;
    if (hidden) cover.querySelector("button").focus();
  }

  async function ask(method, path) {
    try {
      const answer = await fetch(path, {
        method,
        headers: { "X-CSRF-Token": cover.dataset.csrf, Accept: "application/json" },
        redirect: "manual",
        keepalive: true,
      });
      if (answer.status === 401) return "over";
      if (answer.status === 403) return "old";
      return answer.ok ? (await answer.json()).state : null;
    } catch {
      return null;
    }
  }

  const here = () => encodeURIComponent(location.pathname);

  function follow(state) {
    if (state === "locked") location.replace(`/unlock?to=${here()}`);
    else if (state === "over") location.replace(`/sign-in?to=${here()}`);
    else if (state === "old") location.reload();
    else return true;
    return false;
  }

  function hide() {
    put(true);
    ask("POST", "/session/hide");
  }

  async function show() {
    const state = await ask("POST", "/session/seen");
    if (!follow(state)) return;
    const withoutContact = state === null && Date.now() - touchedAt >= locksAfter;
    cover.querySelector("[data-without-contact]").hidden = !withoutContact;
    if (withoutContact) return;
    touchedAt = toldAt = Date.now();
    put(false);
  }

  async function touch() {
    if (isCovered()) return;
    touchedAt = Date.now();
    if (touchedAt - toldAt < told.every) return;
    toldAt = touchedAt;
    follow(await ask("POST", "/session/seen"));
  }

  async function look() {
    const now = Date.now();
    const idle = now - touchedAt;
    if (hidesAfter && idle >= hidesAfter && !isCovered()) hide();
    if (idle < locksAfter || now - askedAt < told.askedAgain) return;
    askedAt = now;
    put(true);
    follow(await ask("GET", "/session"));
  }

  for (const kind of ["pointerdown", "keydown", "wheel", "touchstart", "scroll"]) {
    document.addEventListener(kind, touch, { capture: true, passive: true });
  }
  cover.addEventListener("click", show);
  document.addEventListener("keydown", (event) => {
    if (!isCovered() || event.target.closest?.("#cover button")) return;
    event.preventDefault();
    show();
  });
  setInterval(look, 1000);

  for (const button of document.querySelectorAll("[data-hide]")) {
    button.hidden = false;
    button.addEventListener("click", hide);
  }
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  // A tablet whose screen goes off is locked at once. Going to another page looks alike, but for what comes before it.
  document.addEventListener("visibilitychange", () => {
    if (!hidesAfter || leaving || document.visibilityState !== "hidden") return;
    put(true);
    ask("POST", "/session/lock");
    tabs?.postMessage("look");
  });
  // A browser may keep the whole page to go back to: it keeps it covered, and asks the server anew.
  window.addEventListener("pagehide", () => {
    leaving = true;
    put(true);
  });
  window.addEventListener("pageshow", (event) => {
    leaving = false;
    if (event.persisted) location.reload();
  });
  // Other tabs of the same session leave too.
  document.addEventListener("submit", (event) => {
    if (/\/(session\/lock|sign-out)$/.test(event.target.action)) tabs?.postMessage("look");
  });
  tabs?.addEventListener("message", () => {
    setTimeout(async () => follow(await ask("GET", "/session")), 500);
  });
})();
