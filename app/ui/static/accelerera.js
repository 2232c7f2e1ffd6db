// Small courtesies. Every page works without this file.
"use strict";

// The summary of what needs correcting takes the focus, so that it is read first.
document.querySelector("[data-focus]")?.focus();

// A form is sent once, however often its button is pressed; coming back to the page makes it ready again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  event.submitter?.setAttribute("aria-busy", "true");
  setTimeout(makeReady, 10000); // an answer that is a file leaves the page standing
});
const makeReady = () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("button[aria-busy]")) button.removeAttribute("aria-busy");
};
addEventListener("pageshow", makeReady);

// Menus close on Escape and when attention goes elsewhere.
const menus = () => document.querySelectorAll("details.menu[open]");
document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("focusin", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) { menu.open = false; menu.querySelector("summary").focus(); }
});

// Without a connection nothing is sent: the page stays as it is, with what was typed, and says so.
const offline = document.querySelector("[data-offline]");
const tellOffline = () => { if (offline) offline.hidden = navigator.onLine; };
addEventListener("offline", tellOffline);
addEventListener("online", tellOffline);
tellOffline();
document.addEventListener("submit", (event) => {
  if (navigator.onLine || event.target.method !== "post") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  tellOffline();
  offline?.focus();
}, true);

// What is typed into a form that keeps drafts stays in this tab until an answer to sending it has arrived: another
// page of the service, or this one with what is to be corrected. A connection that breaks in between loses nothing.
const store = sessionStorage;
const drafts = [...document.querySelectorAll("form[data-draft]")].map((form) => {
  const fields = [...form.elements].filter((field) => field.name && field.name !== "csrf_token"
    && !["hidden", "password", "file", "submit"].includes(field.type));
  return { form, fields, key: `draft ${location.pathname} ${form.id}` };
});
const switches = (field) => field.type === "checkbox" || field.type === "radio";
const values = (fields) => JSON.stringify(fields.map((field) => (switches(field) ? field.checked : field.value)));
const answered = document.querySelector("[data-focus]");
const sent = store.getItem("sent");
if (sent && (answered || !drafts.some(({ key }) => key === sent))) store.removeItem(sent);
store.removeItem("sent");
for (const { form, fields, key } of drafts) {
  if (store.getItem(key) === values(fields)) store.removeItem(key); // the service has it by now
  const kept = JSON.parse(store.getItem(key) ?? "null");
  if (kept && !answered) {
    fields.forEach((field, at) => {
      if (kept[at] === undefined) return;
      if (switches(field)) field.checked = kept[at]; else field.value = kept[at];
    });
  }
  form.addEventListener("input", () => store.setItem(key, values(fields)));
  form.addEventListener("submit", () => store.setItem("sent", key));
}

// A link or button for printing the page.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
