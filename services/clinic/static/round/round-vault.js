// Keys. The store has one random key; each colleague's PIN opens a wrapped copy of it, together with the secret that the
// server gave this tablet. Events and what was read are also sealed to the facility's key, which only the server opens.
(() => {
  const Round = (window.Round ??= {});
  const rounds = 600_000;
  const info = new TextEncoder().encode("throughcare round event 1");
  const { subtle } = crypto;
  const aes = { name: "AES-GCM", length: 256 };

  const bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  const random = (length) => crypto.getRandomValues(new Uint8Array(length));
  const base64url = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_");

  // The secret cannot be taken out again by a script.
  const secretKey = (secret) =>
    subtle.importKey("raw", bytes(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);

  async function keyOfPin(pin, salt, secret) {
    const typed = await subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveBits"]);
    const stretched = await subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds }, typed, 256);
    const mixed = await subtle.sign("HMAC", secret, stretched);
    return subtle.importKey("raw", mixed, aes, false, ["wrapKey", "unwrapKey"]);
  }

  const newKey = async () => ({
    id: crypto.randomUUID(),
    aes: await subtle.generateKey(aes, true, ["encrypt", "decrypt"]),
  });

  async function wrap(key, pin, secret) {
    const salt = random(16);
    const iv = random(12);
    const by = await keyOfPin(pin, salt, secret);
    return { salt, iv, key: key.id, wrapped: await subtle.wrapKey("raw", key.aes, by, { name: "AES-GCM", iv }) };
  }

  // The key of the store; null: another PIN.
  async function unwrap(kept, pin, secret) {
    const by = await keyOfPin(pin, kept.salt, secret);
    const how = { name: "AES-GCM", iv: kept.iv };
    try {
      const opened = await subtle.unwrapKey("raw", kept.wrapped, by, how, aes, true, ["encrypt", "decrypt"]);
      return { id: kept.key, aes: opened };
    } catch {
      return null;
    }
  }

  async function encrypted(key, value) {
    const iv = random(12);
    const text = new TextEncoder().encode(JSON.stringify(value));
    return { key: key.id, iv, text: await subtle.encrypt({ name: "AES-GCM", iv }, key.aes, text) };
  }

  // Null: encrypted with another key, or none is open.
  async function decrypted(key, kept) {
    if (!key || !kept || kept.key !== key.id) return null;
    const text = await subtle.decrypt({ name: "AES-GCM", iv: kept.iv }, key.aes, kept.text);
    return JSON.parse(new TextDecoder().decode(text));
  }

  async function sealed(facility, text) {
    const curve = { name: "ECDH", namedCurve: "P-256" };
    const theirs = await subtle.importKey("spki", bytes(facility.spki), curve, false, []);
    const own = await subtle.generateKey(curve, false, ["deriveBits"]);
    const point = new Uint8Array(await subtle.exportKey("raw", own.publicKey));
    const shared = await subtle.deriveBits({ name: "ECDH", public: theirs }, own.privateKey, 256);
    const from = await subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
    const key = await subtle.deriveKey({ name: "HKDF", hash: "SHA-256", salt: point, info }, from, aes, false, ["encrypt"]);
    const iv = random(12);
    const how = { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(facility.name) };
    const closed = await subtle.encrypt(how, key, new TextEncoder().encode(text));
    return { v: 1, key: facility.name, epk: base64url(point), iv: base64url(iv), sealed: base64url(closed) };
  }

  Round.vault = { secretKey, newKey, wrap, unwrap, encrypted, decrypted, sealed };
})();
