// Says in the page that a passkey did not answer: somebody pressed "cancel", took the key out, or has none.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.querySelectorAll("[data-passkey-trouble]").forEach((each) => (each.hidden = false));
});
