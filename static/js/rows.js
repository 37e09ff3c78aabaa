// Tables of rows (components/rows.html) edited like a sheet: rows added, moved, deleted and brought back in place, blocks
// pasted from a spreadsheet into any cell, Enter and arrows from cell to cell. Without it each button sends the form.

const FIELDS = "input:not([type=hidden]):not([type=file]), select, textarea";

class Rows {
  constructor(box) {
    this.box = box;
    this.name = box.dataset.rows;
    this.body = box.querySelector("tbody");
    this.most = Number(box.dataset.most);
    this.said = box.querySelector(".rows-said");
    this.blank = this.body.lastElementChild.cloneNode(true);
    this.empty(this.blank);
    box.querySelector(".rows-hint").hidden = false;
    box.addEventListener("click", (event) => this.click(event));
    box.addEventListener("keydown", (event) => this.key(event));
    box.addEventListener("paste", (event) => this.paste(event));
    box.addEventListener("rows:need", (event) => this.grow(event.detail));
  }

  empty(row) {
    row.classList.remove("is-wrong");
    row.querySelectorAll(".row-papers, .field-error").forEach((found) => found.remove());
    row.querySelectorAll("input, textarea").forEach((field) => (field.value = ""));
    row.querySelectorAll("select").forEach((field) => (field.selectedIndex = 0));
    row.querySelectorAll("[aria-describedby]").forEach((field) => field.removeAttribute("aria-describedby"));
  }

  // A new row before another one, or at the end; nothing where the table is full.
  insert(before = null) {
    if (this.body.children.length >= this.most) {
      this.say(this.said.dataset.full);
      return null;
    }
    const row = this.blank.cloneNode(true);
    this.giveKey(row);
    this.body.insertBefore(row, before);
    return row;
  }

  giveKey(row) {
    const hidden = row.querySelector("th input[type=hidden]");
    if (!hidden) return;
    hidden.value = this.box.dataset.nextKey;
    this.box.dataset.nextKey = Number(hidden.value) + 1;
    const file = row.querySelector("input[type=file]");
    if (file) file.name = `file_${this.name}.${hidden.value}`;
    if (file) file.id = `id_${file.name}`;
  }

  grow(count) {
    while (this.body.children.length < count && this.insert()) continue;
    this.number();
  }

  number() {
    const cell = new RegExp(`^((?:id_)?${this.name})-\\d+-`);
    Array.from(this.body.children).forEach((row, at) => {
      row.querySelector("th").firstChild.textContent = String(at + 1);
      row.querySelectorAll("[name]").forEach((field) => {
        field.name = field.name.replace(cell, `$1-${at}-`);
        if (field.id) field.id = field.id.replace(cell, `$1-${at}-`);
        if (field.name === "row") field.value = field.value.replace(/\d+$/, at);
        const label = field.getAttribute("aria-label");
        if (label) field.setAttribute("aria-label", label.replace(/\d+$/, at + 1));
      });
    });
    this.box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  click(event) {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.name === "add_row") this.add(event, button);
    if (button.name === "row") this.act(event, button);
  }

  add(event, button) {
    event.preventDefault();
    if ("paste" in button.dataset) {
      const text = this.box.querySelector("textarea[name$='-paste']");
      this.put(text.value, this.lastFilled() + 1, 0);
      text.value = "";
      return;
    }
    const row = this.insert();
    this.number();
    if (row) row.querySelector(FIELDS).focus();
  }

  lastFilled() {
    const rows = Array.from(this.body.children);
    const filled = (row) => Array.from(row.querySelectorAll(FIELDS)).some((field) => field.value);
    return rows.map(filled).lastIndexOf(true);
  }

  act(event, button) {
    event.preventDefault();
    const verb = button.value.split(":")[1];
    const row = button.closest("tr");
    if (verb === "up" && row.previousElementSibling) this.body.insertBefore(row, row.previousElementSibling);
    if (verb === "down" && row.nextElementSibling) this.body.insertBefore(row.nextElementSibling, row);
    if (verb === "insert") {
      const fresh = this.insert(row);
      if (fresh) fresh.querySelector(FIELDS).focus();
    } else if (verb === "delete") this.remove(row);
    else button.focus();
    this.number();
  }

  remove(row) {
    const next = row.nextElementSibling;
    row.remove();
    if (!this.body.children.length) this.insert();
    ((next || this.body.lastElementChild).querySelector(FIELDS) || this.box).focus();
    this.say(this.said.dataset.deleted);
    const back = document.createElement("button");
    back.type = "button";
    back.className = "btn btn-quiet btn-sm";
    back.textContent = this.said.dataset.undo;
    back.addEventListener("click", () => {
      this.body.insertBefore(row, next && next.parentNode ? next : null);
      this.number();
      this.say("");
      row.querySelector(FIELDS).focus();
    });
    this.said.append(" ", back);
  }

  say(words) {
    this.said.textContent = words;
  }

  // Enter goes down (a new row at the end), the arrows up and down; a list and a long text keep their own keys.
  key(event) {
    const field = event.target;
    if (!field.closest("tbody") || !field.matches(FIELDS) || field.tagName === "TEXTAREA") return;
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Enter") {
      event.preventDefault();
      this.step(field, event.shiftKey ? -1 : 1, true);
    } else if (field.tagName !== "SELECT" && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      if (field.type === "date" || field.type === "number") return;
      event.preventDefault();
      this.step(field, event.key === "ArrowDown" ? 1 : -1, false);
    }
  }

  step(field, by, grows) {
    const cell = field.closest("td");
    const row = cell.parentElement;
    let other = by > 0 ? row.nextElementSibling : row.previousElementSibling;
    if (!other && by > 0 && grows) {
      other = this.insert();
      this.number();
    }
    const found = other && other.children[cell.cellIndex].querySelector(FIELDS);
    if (found) found.focus();
  }

  // A block with tabs or several lines fills rows and columns from the cell in which one stands.
  paste(event) {
    const cell = event.target.closest("tbody td");
    if (!cell || !event.clipboardData) return;
    const text = event.clipboardData.getData("text/plain");
    if (!/[\t\n]/.test(text.trimEnd())) return;
    event.preventDefault();
    const at = Array.from(this.body.children).indexOf(cell.parentElement);
    this.put(text, at, cell.cellIndex - 1);
  }

  put(text, down, right) {
    const columns = this.blank.querySelectorAll("td").length;
    let full = false;
    parse(text).forEach((cells, line) => {
      const row = this.body.children[down + line] || this.insert();
      full = full || !row;
      if (!row) return;
      cells.slice(0, columns - right).forEach((word, at) => {
        const field = row.children[1 + right + at].querySelector(FIELDS);
        if (field) write(field, word.trim());
      });
    });
    this.number();
    if (!full) this.say("");
  }
}

// Lines of cells as a spreadsheet copies them: a cell with a line end or a tab stands in quotes.
function parse(text) {
  const parted = text.includes("\t") ? "\t" : text.includes("\n") && text.includes(",") ? "," : "\t";
  const rows = [[]];
  let cell = "";
  let quoted = false;
  const clean = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (let at = 0; at < clean.length; at += 1) {
    const sign = clean[at];
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (clean[at + 1] === '"') cell += clean[(at += 1)];
      else quoted = false;
    } else if (sign === '"' && cell === "") quoted = true;
    else if (sign === parted || sign === "\n") {
      rows[rows.length - 1].push(cell);
      cell = "";
      if (sign === "\n") rows.push([]);
    } else cell += sign;
  }
  rows[rows.length - 1].push(cell);
  return rows;
}

function write(field, text) {
  if (field.tagName !== "SELECT") {
    field.value = text.replace(/\s*\n\s*/g, " ");
    return;
  }
  const wanted = Array.from(field.options).find((option) => option.text === text || option.value === text);
  if (wanted) field.value = wanted.value;
}

document.querySelectorAll("[data-rows]").forEach((box) => new Rows(box));
