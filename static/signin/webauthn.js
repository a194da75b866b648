// Says on the page that a security key was not accepted; allauth's script tells it by an event and does nothing else.
document.addEventListener("allauth.error", (event) => {
  const notice = document.getElementById("webauthn_failed");
  if (!notice) return;
  event.preventDefault();
  notice.hidden = false;
});
