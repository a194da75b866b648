/* What pages do better with JavaScript; all of it works without.
   Menus close on Escape and on a click elsewhere; a form is submitted once; keys lead to the buttons of a workbench. */
"use strict";

const openMenus = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    for (const menu of openMenus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
    return;
  }
  followKey(event);
});

/* A second submit of the same form is held back until the page changes or ten seconds have passed. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
  setTimeout(() => release(form), 10000);
});

const release = (form) => {
  delete form.dataset.sent;
  form.removeAttribute("aria-busy");
};

/* Back and forward bring the page back as it was left: forms on it may be submitted again. */
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

/* aria-keyshortcuts="r" on a button or link: the key takes the focus there (Enter then presses a button; a link is
   followed and a dialog opened at once), unless someone types, or switched keys off (a checkbox with data-keys,
   remembered in this browser). */
const keysOff = () => {
  const choice = document.querySelector("input[data-keys]");
  return choice !== null && !choice.checked;
};

const followKey = (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || keysOff()) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const wanted = event.key.toLowerCase();
  for (const control of document.querySelectorAll("[aria-keyshortcuts]")) {
    if (control.getAttribute("aria-keyshortcuts").toLowerCase() === wanted) {
      event.preventDefault();
      control.focus();
      if (control.matches("a, [popovertarget]")) control.click();
      return;
    }
  }
};

for (const choice of document.querySelectorAll("input[data-keys]")) {
  choice.checked = localStorage.getItem("keys") !== "off";
  choice.addEventListener("change", () => localStorage.setItem("keys", choice.checked ? "on" : "off"));
}

/* An error summary takes the focus, so that it is read and its links are next. */
document.querySelector("form:not([data-sample]) .errors[role=alert]")?.focus();
