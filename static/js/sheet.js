// A row more in a sheet (components/formset_sheet.html) without a trip to the server.

function addRow(box, prefix) {
  const total = box.querySelector(`[name="${prefix}-TOTAL_FORMS"]`);
  const most = box.querySelector(`[name="${prefix}-MAX_NUM_FORMS"]`);
  const number = Number(total.value);
  if (number >= Number(most.value)) return;
  const row = box.querySelector("template[data-sheet-row]").content.firstElementChild.cloneNode(true);
  row.querySelectorAll("[name]").forEach((field) => {
    field.name = field.name.replace("__prefix__", number);
    field.id = field.id.replace("__prefix__", number);
    field.setAttribute("aria-label", field.getAttribute("aria-label").replace("__row__", number + 1));
  });
  row.querySelector("th").textContent = number + 1;
  total.value = number + 1;
  box.querySelector("[data-sheet-rows]").append(row);
  row.querySelector("input, select, textarea").focus();
}

document.querySelectorAll("[data-sheet-add]").forEach((button) => {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    addRow(button.closest("[data-sheet]"), button.dataset.sheetAdd);
  });
});
