// Keys of the desk. Rows: j, k and the arrows walk, Enter opens, m opens at the moves, x ticks. Whatever carries
// data-key="…" answers to that key: a field, a region or what decides (data-key-goes) is gone to, anything else pressed.
// ? shows them all.

function isTyping(target) {
  return target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], dialog[open]") !== null;
}

function rows() {
  return Array.from(document.querySelectorAll(".table-list tbody tr[data-row]"));
}

function picked() {
  return document.querySelector(".table-list tr.is-picked");
}

function pick(step) {
  const all = rows();
  const at = all.indexOf(picked());
  const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
  if (!next) return false;
  all.forEach((row) => row.classList.toggle("is-picked", row === next));
  const link = next.querySelector("a");
  if (link) link.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function openMoves() {
  const row = picked();
  const link = row && row.querySelector("th a, a");
  if (!link) return false;
  window.location.assign(`${link.href}#moves`);
  return true;
}

function tick() {
  const box = picked() && picked().querySelector("input[type=checkbox]");
  if (!box) return false;
  box.click();
  return true;
}

function press(key) {
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return false;
  if (target.matches("input, textarea, select, [tabindex], [data-key-goes]")) {
    target.focus();
    target.scrollIntoView({ block: "nearest" });
  } else {
    target.click();
  }
  return true;
}

const ROWS = { j: () => pick(1), ArrowDown: () => pick(1), k: () => pick(-1), ArrowUp: () => pick(-1), m: openMoves, x: tick };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
  const walk = ROWS[event.key];
  if ((walk && walk()) || (event.key.length === 1 && press(event.key))) event.preventDefault();
});

for (const button of document.querySelectorAll("[data-dialog]")) {
  const dialog = document.getElementById(button.dataset.dialog);
  if (!dialog || !dialog.showModal) continue;
  button.hidden = false;
  button.addEventListener("click", () => dialog.showModal());
}

if (window.location.hash === "#moves") {
  const first = document.querySelector("#moves a.btn, #moves button");
  if (first) first.focus();
}
