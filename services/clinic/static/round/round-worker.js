// Keeps the shell of the round, so that it opens without a network. The server puts SHELL in front: the version, the
// address of the page and of its files. Nothing else is ever kept: what says something of a person is not asked through here.
const NAME = `round-${SHELL.version}`;

async function keep() {
  const cache = await caches.open(NAME);
  const addresses = [SHELL.page, ...SHELL.files];
  await Promise.all(
    addresses.map(async (address) => {
      const answer = await fetch(address, { cache: "reload", redirect: "error" });
      if (!answer.ok) throw new Error(`${answer.status}`);
      await cache.put(address, answer);
    }),
  );
}

async function dropOthers() {
  for (const name of await caches.keys()) {
    if (name.startsWith("round-") && name !== NAME) await caches.delete(name);
  }
}

const kept = (address) => caches.open(NAME).then((cache) => cache.match(address));

self.addEventListener("install", (event) => event.waitUntil(keep().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(dropOthers().then(() => self.clients.claim())));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname, search } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin || search) return;
  if (pathname !== SHELL.page && !SHELL.files.includes(pathname)) return;
  event.respondWith(kept(pathname).then((answer) => answer ?? fetch(request)));
});

// The page asks for it after it had contact: its language may be another than when it was kept.
self.addEventListener("message", (event) => {
  if (event.data !== "renew") return;
  event.waitUntil(
    fetch(SHELL.page, { cache: "reload" })
      .then(async (answer) => {
        if (answer.ok && answer.headers.get("X-Shell") === SHELL.version) await (await caches.open(NAME)).put(SHELL.page, answer);
        event.source?.postMessage("renewed");
      })
      .catch(() => {}),
  );
});
