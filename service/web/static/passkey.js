// Asking the browser for a passkey. The options stand in the page and the answer goes back in its form, since
// our policy lets no script send anything by itself. Without this script the other ways in work as they are.
"use strict";

const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const named = (list) => (list ?? []).map((one) => ({ ...one, id: toBytes(one.id) }));

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(form);
  });
}
for (const one of document.querySelectorAll(".without-passkeys")) one.hidden = Boolean(window.PublicKeyCredential);

async function ask(form) {
  const told = form.querySelector("[role=status]");
  const button = form.querySelector("button");
  button.disabled = true;
  told.textContent = "Your browser asks you now.";
  try {
    const options = JSON.parse(form.dataset.options);
    const shown = form.dataset.passkey === "add" ? await made(options) : await used(options);
    form.elements.passkey_answer.value = JSON.stringify(shown);
    form.submit();
  } catch (error) {
    told.textContent = error.name === "InvalidStateError"
      ? "This device has a passkey for you already."
      : "No passkey was shown. Press again, or choose another way.";
    button.disabled = false;
  }
}

async function made(options) {
  const user = { ...options.user, id: toBytes(options.user.id) };
  const asked = { challenge: toBytes(options.challenge), user, excludeCredentials: named(options.excludeCredentials) };
  const found = await navigator.credentials.create({ publicKey: { ...options, ...asked } });
  const transports = found.response.getTransports ? found.response.getTransports() : [];
  return answer(found, { attestationObject: toText(found.response.attestationObject), transports });
}

async function used(options) {
  const asked = { challenge: toBytes(options.challenge), allowCredentials: named(options.allowCredentials) };
  const found = await navigator.credentials.get({ publicKey: { ...options, ...asked } });
  const { authenticatorData, signature, userHandle } = found.response;
  return answer(found, {
    authenticatorData: toText(authenticatorData),
    signature: toText(signature),
    userHandle: userHandle ? toText(userHandle) : null,
  });
}

function answer(found, more) {
  const clientDataJSON = toText(found.response.clientDataJSON);
  return { id: found.id, rawId: toText(found.rawId), type: found.type, response: { clientDataJSON, ...more } };
}
