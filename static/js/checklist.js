// Keys 1 to 4 choose what was found on the item one is at and go on to the next; the server saves each by itself.

const form = document.querySelector("[data-checklist]");
const items = form ? Array.from(form.querySelectorAll(".criterion")).filter((item) => item.querySelector("input[type=radio]")) : [];

function at() {
  return items.findIndex((item) => item.contains(document.activeElement));
}

function firstOpen() {
  return items.findIndex((item) => !item.querySelector("input:checked"));
}

function go(place) {
  const item = items[place];
  if (!item) return;
  const radio = item.querySelector("input:checked") || item.querySelector("input[type=radio]");
  radio.focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (!items.length || event.target.closest("textarea, select, input:not([type=radio])")) return;
  const number = "1234".indexOf(event.key);
  if (number < 0 || event.key === "") return;
  const place = at() >= 0 ? at() : firstOpen();
  const radio = items[place] && items[place].querySelectorAll("input[type=radio]")[number];
  if (!radio) return;
  event.preventDefault();
  if (!radio.checked) radio.click();
  go(place + 1);
});
