// Tables of rows (components/rows.html): a row more without a trip to the server, cells pasted from a spreadsheet.

function renumber(cell, name, number) {
  const pattern = new RegExp(`^((?:id_)?${name})-\\d+-`);
  cell.querySelectorAll("input, select, textarea").forEach((field) => {
    field.name = field.name.replace(pattern, `$1-${number}-`);
    field.id = field.id.replace(pattern, `$1-${number}-`);
    const label = field.getAttribute("aria-label") || "";
    field.setAttribute("aria-label", label.replace(/\d+$/, number + 1));
  });
}

function addRow(box) {
  const body = box.querySelector("tbody");
  const row = body.lastElementChild.cloneNode(true);
  const number = body.children.length;
  row.querySelectorAll("input, textarea").forEach((field) => (field.value = ""));
  row.querySelectorAll("select").forEach((field) => (field.selectedIndex = 0));
  row.querySelector("th").textContent = number + 1;
  renumber(row, box.dataset.rows, number);
  body.append(row);
  return row;
}

function put(field, text) {
  if (field.tagName === "SELECT") {
    const wanted = Array.from(field.options).find((option) => option.text === text || option.value === text);
    if (wanted) field.value = wanted.value;
  } else {
    field.value = text;
  }
}

// Lines become rows and tabs cells, from the cell in which one stands.
function paste(box, event) {
  const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "");
  if (!text.includes("\t") && !text.includes("\n")) return;
  event.preventDefault();
  const body = box.querySelector("tbody");
  const at = event.target.closest("td");
  const first = Array.from(body.children).indexOf(at.parentElement);
  text.split("\n").forEach((line, down) => {
    const row = body.children[first + down] || addRow(box);
    line.split("\t").forEach((word, right) => {
      const cell = row.children[at.cellIndex + right];
      const field = cell && cell.querySelector("input, select, textarea");
      if (field) put(field, word.trim());
    });
  });
  event.target.dispatchEvent(new Event("input", { bubbles: true }));
}

document.querySelectorAll("[data-rows]").forEach((box) => {
  box.querySelector(".rows-hint").hidden = false;
  box.querySelector("[name=add_row]").addEventListener("click", (event) => {
    event.preventDefault();
    addRow(box).querySelector("input, select, textarea").focus();
  });
  box.addEventListener("paste", (event) => event.target.closest("td") && paste(box, event));
});
