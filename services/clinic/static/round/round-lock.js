// The lock screen. A PIN opens the store of the tablet; wrong ones wait longer each time, and in the end the key of the list
// goes. What was tapped never goes: it is sealed to the facility, and any colleague's tablet sends it.
(() => {
  const Round = (window.Round ??= {});
  const { _, fill } = Round.words;
  const { el, icon, button, quiet, show, say } = Round.drawing;
  const { state, store, vault, contact } = Round;
  const mostTries = 10;
  const free = 3;
  const firstWait = 5_000;
  const shortest = 6;

  const initialsOf = (name) => name.split(/\s+/).filter(Boolean).map((word) => word[0].toUpperCase()).slice(0, 3).join("");
  // Two with the same letters are told apart by a number.
  async function lettersOf(account, name) {
    const letters = initialsOf(name);
    const taken = (await store.all("keys")).filter((one) => one.account !== account).map((one) => one.initials);
    const numbered = [letters, ...taken.map((_one, place) => `${letters} ${place + 2}`)];
    return numbered.find((one) => !taken.includes(one));
  }
  const isPin = (pin) => /^\d+$/.test(pin) && pin.length >= shortest && !/^(\d)\1*$/.test(pin);

  const pinField = (id, words) =>
    el(
      "div",
      { class: "field" },
      el("label", { for: id }, words),
      el("input", { id, type: "password", inputmode: "numeric", autocomplete: "off", maxlength: 64 }),
    );
  const told = (words) => words && el("p", { class: "told", role: "alert" }, words);
  const waiting = () => Round.outbox.count().waiting > 0 && el("p", { id: "waiting" }, fill(_("Not sent yet: %(n)s"), { n: Round.outbox.count().waiting }));
  const signIn = () => el("a", { class: "button", href: "/unlock?to=/round" }, _("Sign in"));

  function screen(heading, ...content) {
    say("");
    show(
      el(
        "form",
        { class: "card round-lock", onsubmit: (event) => event.preventDefault(), autocomplete: "off" },
        icon("lock"),
        el("h1", {}, heading),
        ...content,
      ),
    );
  }

  // --- opening

  async function ask(refused = "") {
    const keys = await store.all("keys");
    let chosen = keys[0];
    const choice = keys.map((one) =>
      quiet(one.initials, (event) => {
        chosen = one;
        for (const other of event.target.parentElement.children) other.setAttribute("aria-pressed", String(other === event.target));
        document.getElementById("pin").focus();
      }, { "aria-pressed": String(one === chosen), translate: "no" }),
    );
    screen(
      _("Locked"),
      told(refused),
      keys.length > 1 && el("div", { class: "actions", role: "group", "aria-label": _("Who") }, choice),
      pinField("pin", _("PIN of the round")),
      el("button", { type: "submit", class: "button", id: "open", onclick: () => tryPin(chosen) }, _("Open")),
      waiting(),
      quiet(_("Somebody else, or the PIN is forgotten"), anew, { id: "anew" }),
      Round.emergency.opener(),
    );
    document.getElementById("pin").focus();
  }

  // A PIN against somebody's wrapped key: {key}, {refused} or, after the last wrong one, {dropped: true}.
  async function tried(kept, pin) {
    const tries = (await store.get("kept", "tries")) ?? { count: 0, until: 0 };
    const wait = Math.ceil((tries.until - Date.now()) / 1000);
    if (wait > 0) return { refused: fill(_("Too many wrong tries. Wait %(n)s seconds."), { n: wait }) };
    // Counted before it is tried: closing the page spares nobody the wait.
    const count = tries.count + 1;
    const until = count < free ? 0 : Date.now() + firstWait * 2 ** (count - free);
    await store.put("kept", { count, until }, "tries");
    const key = await vault.unwrap(kept, pin, state.tablet.secret);
    if (!key) return count >= mostTries ? { dropped: true } : { refused: _("That is not the PIN.") };
    await store.remove("kept", "tries");
    return { key };
  }

  async function tryPin(kept) {
    const pin = document.getElementById("pin").value;
    document.getElementById("open").disabled = true; // it takes a moment, and is not to be counted twice
    const { key, refused, dropped: last } = await tried(kept, pin);
    if (last) return dropped();
    return key ? opened(key, kept) : ask(refused);
  }

  async function opened(key, { account, initials }) {
    Object.assign(state, { key, account: { account, initials } });
    await state.recall();
    await Round.act.begin();
  }

  // The key of the list goes, and what was tapped stays.
  async function drop() {
    await store.empty("keys");
    for (const name of ["roster", "tablet", "tries"]) await store.remove("kept", name);
    state.forget();
  }

  async function dropped() {
    await drop();
    nothing(_("Too many wrong PINs: the list is removed from this tablet. What was tapped is kept, and is sent after somebody has signed in."));
  }

  // --- beginning

  // Nothing to open yet.
  function nothing(words) {
    screen(_("No list on this tablet"), told(words), el("p", {}, _("Sign in while there is contact with the server, and fetch the list.")), waiting(), signIn(), quiet(_("Try again"), start), Round.emergency.opener());
  }

  function noTablet() {
    screen(
      _("No registered tablet"),
      el("p", {}, _("This browser is no registered tablet, so nothing is kept on it.")),
      el("a", { class: "button", href: "/round/online" }, _("Page that needs the network")),
      Round.emergency.opener(),
    );
  }

  // Somebody who has no key here, or whose key is lost: only with contact, since the server says who it is.
  async function anew() {
    const here = await contact.here();
    if (!here) return contact.needs() ? nothing("") : ask(_("There is no contact with the server, and without it nobody else can open this."));
    if (!here.device) return noTablet();
    choosePin(here.account, async (pin) => {
      const list = await Round.act.ask([]);
      if (!list?.device) return list ? noTablet() : choosePin(here.account, null, _("There is no contact with the server."));
      await drop();
      await keep(list);
      await addKey(await vault.newKey(), here.account, pin);
      await Round.act.received(list);
    });
  }

  async function keep({ device, facility_key, protocol }) {
    const { id, secret } = device;
    state.tablet = { device: id, secret: await vault.secretKey(secret), facility_key };
    await store.put("kept", state.tablet, "tablet");
    await Round.emergency.keep({ device: id, facility_key, look_again: protocol.look_again_s });
    Round.persistence.ask();
  }

  async function addKey(key, account, pin) {
    const { id, name } = account;
    const kept = { account: id, initials: await lettersOf(id, name), ...(await vault.wrap(key, pin, state.tablet.secret)) };
    await store.put("keys", kept);
    Object.assign(state, { key, account: { account: id, initials: kept.initials } });
    await state.readOutbox();
  }

  function choosePin(account, then, refused = "") {
    const chosen = () => {
      const [pin, again] = ["new-pin", "again"].map((id) => document.getElementById(id).value);
      if (!isPin(pin)) return choosePin(account, then, fill(_("At least %(n)s digits, not all the same."), { n: shortest }));
      if (pin !== again) return choosePin(account, then, _("The two are not the same."));
      then(pin);
    };
    screen(
      _("A PIN for the round"),
      told(refused),
      el("p", {}, _("With it you open the list on this tablet, also without a network. Nobody can tell it to you again.")),
      el("p", { translate: "no" }, account.name),
      pinField("new-pin", _("PIN")),
      pinField("again", _("The same again")),
      then && el("button", { type: "submit", class: "button", id: "choose", onclick: chosen }, _("Go on")),
    );
    document.getElementById("new-pin").focus();
  }

  // --- the next nurse

  // The colleague whose tablet it is lets the next one in: also without a network, and with what was not sent yet.
  function handOver(refused = "") {
    const staff = state.list.staff.filter((one) => one.account !== state.account.account);
    const chosen = () => {
      const next = staff.find((one) => one.account === document.getElementById("next").value);
      choosePin({ id: next.account, name: next.name }, async (pin) => {
        const { key } = state;
        await addKey(key, { id: next.account, name: next.name }, pin);
        await Round.act.begin();
      });
    };
    screen(
      _("Colleague takes over"),
      told(refused),
      el("p", {}, _("From here on what is tapped is recorded as theirs. What waits is sent as yours.")),
      Round.card.choice("next", _("Who"), Object.fromEntries(staff.map((one) => [one.account, one.name])), { plain: true }),
      el("button", { type: "submit", class: "button", onclick: chosen }, _("Go on")),
      quiet(_("Back to the list"), () => Round.rows.draw()),
    );
  }

  // Nothing of the list is left on the screen or open in memory.
  function close() {
    state.forget();
    Round.rows.fresh();
    document.querySelector(".cover")?.remove();
    for (const id of ["main", "notices"]) document.getElementById(id).hidden = false;
    document.getElementById("notices").replaceChildren();
  }

  function lock() {
    close();
    return state.tablet ? ask() : start();
  }

  async function start() {
    Round.clock.recall(await store.get("kept", "contact"), await store.get("kept", "latest"));
    state.tablet = (await store.get("kept", "tablet")) ?? null;
    await Round.outbox.recount();
    await Round.emergency.recall();
    const keys = await store.all("keys");
    if (state.tablet && keys.length) return ask();
    const here = await contact.here();
    if (!here) return nothing(contact.needs() === "role" ? _("Your role does not see this list.") : "");
    return here.device ? anew() : noTablet();
  }

  Round.lock = { start, lock, close, handOver, tried, drop, dropped, noTablet };
})();
