// The log of what was opened on this tablet. It is sealed to the facility, waits like the events, and is sent with them.
(() => {
  const Round = (window.Round ??= {});
  const { store, vault, contact, clock } = Round;
  const most = 200;

  async function opened(tablet, account, what, people) {
    const read = { what, people, account, device: tablet.device, at: clock.deviceTime(), clock: clock.contact() };
    await store.put("reads", await vault.sealed(tablet.facility_key, JSON.stringify(read)));
  }

  async function send() {
    const keys = (await store.keysOf("reads")).slice(0, most);
    if (!keys.length) return;
    const reads = await Promise.all(keys.map((key) => store.get("reads", key)));
    const answer = await contact.post("/round/reads", { reads });
    if (answer?.status !== 200) return;
    for (const key of keys) await store.remove("reads", key);
  }

  Round.reads = { opened, send };
})();
