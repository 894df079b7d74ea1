// What the tablet keeps in its database. Nothing about a person is in it in clear: see the vault.
//   keys    how each colleague's PIN opens the store: {account, initials, salt, wrapped, iv, key}
//   kept    tablet (its id, secret, the facility's key), roster (encrypted), contact, count, tries
//   outbox  events, by their number on this tablet: {seq, id, account, own, sealed, state, answer}
//   reads   what was opened, sealed to the facility
(() => {
  const Round = (window.Round ??= {});
  let opened = null;

  function open() {
    opened ??= new Promise((resolve, reject) => {
      const asked = indexedDB.open("throughcare-round", 1);
      asked.onupgradeneeded = () => {
        asked.result.createObjectStore("keys", { keyPath: "account" });
        asked.result.createObjectStore("kept");
        asked.result.createObjectStore("outbox", { keyPath: "seq" });
        asked.result.createObjectStore("reads", { autoIncrement: true });
      };
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
    return opened;
  }

  // Resolves once it is on the disk: a tap is only shown as recorded after that.
  async function within(names, mode, work) {
    const database = await open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(names, mode, { durability: "strict" });
      let result;
      work(transaction, (value) => (result = value));
      transaction.oncomplete = () => resolve(result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  }

  const reading = (name, ask) =>
    within([name], "readonly", (transaction, done) => {
      const asked = ask(transaction.objectStore(name));
      asked.onsuccess = () => done(asked.result);
    });
  const writing = (name, change) =>
    within([name], "readwrite", (transaction) => change(transaction.objectStore(name)));

  // A counter of its own: a clock can be set back.
  function next() {
    return within(["kept"], "readwrite", (transaction, done) => {
      const kept = transaction.objectStore("kept");
      const asked = kept.get("count");
      asked.onsuccess = () => {
        const count = (asked.result ?? 0) + 1;
        kept.put(count, "count");
        done(count);
      };
    });
  }

  Round.store = {
    get: (name, key) => reading(name, (store) => store.get(key)),
    all: (name) => reading(name, (store) => store.getAll()),
    keysOf: (name) => reading(name, (store) => store.getAllKeys()),
    put: (name, value, key) => writing(name, (store) => store.put(value, key)),
    remove: (name, key) => writing(name, (store) => store.delete(key)),
    empty: (name) => writing(name, (store) => store.clear()),
    next,
  };
})();
