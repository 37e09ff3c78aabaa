// Copy buttons (components/copy_button.html): hidden until there is a clipboard to copy to.

function said(button, words, good) {
  const label = button.querySelector("span");
  const before = button.dataset.words || label.textContent;
  button.dataset.words = before;
  label.textContent = words;
  button.classList.toggle("is-copied", good);
  clearTimeout(Number(button.dataset.timer));
  button.dataset.timer = setTimeout(() => {
    label.textContent = before;
    button.classList.remove("is-copied");
  }, 3000);
  document.getElementById("copy-status").textContent = words;
}

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText("value" in source ? source.value : source.innerText);
    said(button, button.dataset.copied, true);
  } catch (error) {
    said(button, button.dataset.failed, false);
  }
}

if (navigator.clipboard) {
  const status = document.createElement("p");
  status.id = "copy-status";
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  document.body.append(status);
  document.querySelectorAll("[data-copy]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  });
}
