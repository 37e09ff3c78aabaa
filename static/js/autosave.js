// Saves a form by itself: <form data-autosave="address"> with components/save_state.html inside.
// The server answers 2xx when it is saved. Without a connection the words stay in this browser until they are.

const WAIT_MS = 1500;
const RETRY_MS = 15000;

class Autosave {
  constructor(form) {
    this.form = form;
    this.state = form.querySelector("[data-save-state]");
    this.words = this.state.querySelector("[data-save-words]");
    this.store = `autosave:${form.dataset.autosave}`;
    this.unsaved = false;
    this.leaving = false;
    this.turn = 0;
    form.addEventListener("input", (event) => this.touch(event));
    form.addEventListener("change", (event) => this.touch(event));
    form.addEventListener("submit", () => this.submit());
    window.addEventListener("online", () => this.unsaved && this.save());
    window.addEventListener("beforeunload", (event) => this.warn(event));
    this.restore();
  }

  // Files go when the form itself is sent.
  fields() {
    const data = new FormData(this.form);
    Array.from(data.entries()).forEach(([name, value]) => {
      if (value instanceof File) data.delete(name);
    });
    return new URLSearchParams(data);
  }

  touch(event) {
    if (event.target.type === "file") return;
    this.unsaved = true;
    this.turn += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), WAIT_MS);
  }

  async save() {
    clearTimeout(this.timer);
    const turn = this.turn;
    const body = this.fields();
    this.say("saving");
    let response;
    try {
      response = await fetch(this.form.dataset.autosave, {
        method: "POST",
        body,
        headers: { "X-Requested-With": "autosave" },
        credentials: "same-origin",
        redirect: "error",
      });
    } catch (error) {
      this.keep(body);
      return;
    }
    if (response.ok) this.saved(turn);
    else if (response.status >= 500) this.keep(body);
    else this.say("refused", true);
  }

  saved(turn) {
    this.forget();
    if (turn === this.turn) this.unsaved = false;
    const now = new Date().toLocaleTimeString("zh-CN", { hour12: false, hour: "2-digit", minute: "2-digit" });
    this.say("saved", false, ` ${now}`);
  }

  keep(body) {
    body.delete("csrfmiddlewaretoken");
    try {
      localStorage.setItem(this.store, body.toString());
      this.say("offline", true);
    } catch (error) {
      this.say("refused", true);
    }
    this.timer = setTimeout(() => this.save(), RETRY_MS);
  }

  restore() {
    const kept = localStorage.getItem(this.store);
    if (!kept) return;
    const values = new URLSearchParams(kept);
    Array.from(this.form.elements).forEach((field) => {
      if (!field.name || field.type === "file" || field.type === "hidden" || field.type === "submit") return;
      const given = values.getAll(field.name);
      if (field.type === "checkbox" || field.type === "radio") field.checked = given.indexOf(field.value) >= 0;
      else if (field.multiple) Array.from(field.options).forEach((each) => (each.selected = given.indexOf(each.value) >= 0));
      else if (given.length) field.value = given[0];
    });
    this.unsaved = true;
    this.say("restored", true);
    this.timer = setTimeout(() => this.save(), WAIT_MS);
  }

  forget() {
    localStorage.removeItem(this.store);
  }

  submit() {
    this.leaving = true;
    clearTimeout(this.timer);
  }

  warn(event) {
    if (!this.unsaved || this.leaving) return;
    event.preventDefault();
    event.returnValue = "";
  }

  say(key, trouble = false, more = "") {
    this.words.textContent = this.state.dataset[key] + more;
    this.state.classList.toggle("is-trouble", trouble);
  }
}

document.querySelectorAll("form[data-autosave]").forEach((form) => new Autosave(form));
