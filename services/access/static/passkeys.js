// Asks the browser for a passkey or security key where a form wants one, and sends the form with its answer.
(() => {
  if (!window.PublicKeyCredential) return;
  for (const part of document.querySelectorAll("[data-with-passkey]")) part.hidden = false;
  for (const part of document.querySelectorAll("[data-without-passkey]")) part.hidden = true;

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const descriptors = (all = []) => all.map((one) => ({ ...one, id: bytes(one.id) }));

  function understood(options) {
    const read = { ...options, challenge: bytes(options.challenge) };
    if (options.user) read.user = { ...options.user, id: bytes(options.user.id) };
    if (options.allowCredentials) read.allowCredentials = descriptors(options.allowCredentials);
    if (options.excludeCredentials) read.excludeCredentials = descriptors(options.excludeCredentials);
    return read;
  }

  function written(credential) {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response,
      clientExtensionResults: credential.getClientExtensionResults(),
    });
  }

  async function answer(form, button) {
    const field = (name) => form.elements[name]?.value ?? "";
    const asked = await fetch(button.dataset.challenge, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams({ ticket: field("ticket"), csrf: field("csrf") }),
    });
    const { handle, options } = await asked.json();
    const credential = await navigator.credentials[button.dataset.passkey]({ publicKey: understood(options) });
    form.elements.handle.value = handle;
    form.elements.response.value = written(credential);
    if (button.hasAttribute("formaction")) form.action = button.formAction;
    form.submit();
  }

  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button?.dataset.passkey) return;
    event.preventDefault();
    const failed = button.closest("[data-with-passkey]").querySelector("[data-passkey-failed]");
    failed.hidden = true;
    answer(event.target, button).catch(() => {
      failed.hidden = false;
    });
  });
})();
