// Whether the browser keeps what is on this tablet, or may clear it when its disk is full. It is asked to keep it, and the
// server is told with each question who is there, beside how much waits: whoever sees to the tablets has to know.
(() => {
  const Round = (window.Round ??= {});

  const ask = () => navigator.storage?.persist?.().catch(() => false);

  async function told() {
    const persisted = await navigator.storage?.persisted?.().catch(() => false);
    return { "X-Tablet-Unsent": String(Round.outbox.count().waiting), "X-Tablet-Persisted": persisted ? "yes" : "no" };
  }

  Round.persistence = { ask, told };
})();
