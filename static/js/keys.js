// Keys of the desk: / search, j and k walk the rows of the list, Enter opens the row walked to.

function isTyping(target) {
  return target.closest("input, textarea, select, [contenteditable]") !== null;
}

function rows() {
  return Array.from(document.querySelectorAll(".table-list tbody tr[data-row]"));
}

function pick(step) {
  const all = rows();
  const at = all.findIndex((row) => row.classList.contains("is-picked"));
  const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
  if (!next) return;
  all.forEach((row) => row.classList.toggle("is-picked", row === next));
  const link = next.querySelector("a");
  if (link) link.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

const KEYS = {
  "/": () => document.querySelector("[data-key='/']").focus(),
  j: () => pick(1),
  k: () => pick(-1),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
