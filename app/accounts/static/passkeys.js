// Passkeys: asks the server, lets the device answer, hands the answer back. Pages work without it by password.
"use strict";

const fromBase64 = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const toBase64 = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const opened = (list) => (list ?? []).map((one) => ({ ...one, id: fromBase64(one.id) }));

async function post(url, token, body) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(body),
  });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(said.message ?? "");
  return said;
}

async function make(options) {
  const made = await navigator.credentials.create({ publicKey: {
    ...options,
    challenge: fromBase64(options.challenge),
    user: { ...options.user, id: fromBase64(options.user.id) },
    excludeCredentials: opened(options.excludeCredentials),
  } });
  return { id: made.id, rawId: toBase64(made.rawId), type: made.type, response: {
    clientDataJSON: toBase64(made.response.clientDataJSON),
    attestationObject: toBase64(made.response.attestationObject),
    transports: made.response.getTransports?.() ?? [],
  } };
}

async function use(options) {
  const used = await navigator.credentials.get({ publicKey: {
    ...options,
    challenge: fromBase64(options.challenge),
    allowCredentials: opened(options.allowCredentials),
  } });
  const { authenticatorData, clientDataJSON, signature, userHandle } = used.response;
  return { id: used.id, rawId: toBase64(used.rawId), type: used.type, response: {
    authenticatorData: toBase64(authenticatorData),
    clientDataJSON: toBase64(clientDataJSON),
    signature: toBase64(signature),
    userHandle: userHandle ? toBase64(userHandle) : null,
  } };
}

for (const place of document.querySelectorAll("[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  place.hidden = false;
  const button = place.querySelector("button");
  const alert = place.querySelector("[role=alert]");
  button.addEventListener("click", async () => {
    const { ask, answer, token, failed, next } = place.dataset;
    button.disabled = true;
    alert.textContent = "";
    try {
      const options = await post(ask, token, {});
      const given = place.dataset.passkey === "add" ? await make(options) : await use(options);
      const name = place.querySelector("input")?.value;
      location.assign((await post(answer, token, { answer: given, name, next })).next);
    } catch (error) {
      alert.textContent = (error.name === "Error" && error.message) || failed;
      button.disabled = false;
    }
  });
}
