// Saves a form by itself: <form data-autosave="address"> with components/save_state.html inside.
// The server answers 2xx when it is saved. Without a connection, or signed out, the words stay in this browser until they
// are: the form is never shut, and says where they are.

const WAIT_MS = 1500;
const RETRY_MS = 15000;
const MINUTE_MS = 60000;

class Autosave {
  constructor(form) {
    this.form = form;
    this.state = form.querySelector("[data-save-state]");
    this.words = this.state.querySelector("[data-save-words]");
    this.door = this.state.querySelector("[data-save-door]");
    this.note = form.querySelector("[data-save-note]");
    this.store = `autosave:${form.dataset.autosave}`;
    this.unsaved = false;
    this.leaving = false;
    this.turn = 0;
    this.offset = Date.now() - (Date.parse(this.state.dataset.clock) || Date.now());
    this.savedAt = Date.parse(this.state.dataset.at) || 0;
    form.addEventListener("input", (event) => this.touch(event));
    form.addEventListener("change", (event) => this.touch(event));
    form.addEventListener("submit", (event) => this.submit(event));
    window.addEventListener("online", () => this.unsaved && this.save());
    window.addEventListener("focus", () => this.unsaved && this.waiting && this.save());
    window.addEventListener("pagehide", () => this.hide());
    document.addEventListener("visibilitychange", () => document.hidden && this.hide());
    window.addEventListener("beforeunload", (event) => this.warn(event));
    setInterval(() => this.tell(), MINUTE_MS / 2);
    this.tell();
    this.restore();
  }

  // The server's time, whatever this computer's clock says.
  now() {
    return Date.now() - this.offset;
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

  async save(second = false) {
    clearTimeout(this.timer);
    const turn = this.turn;
    this.say("saving");
    let response;
    try {
      response = await this.send();
    } catch (error) {
      this.keep("offline");
      return;
    }
    if (response.ok) await this.saved(turn, response);
    else if (response.type === "opaqueredirect" || response.status === 401) this.keep("away");
    else if (response.status === 403 && !second && (await this.freshToken())) await this.save(true);
    else if (response.status === 403) this.keep("away");
    else if (response.status === 409) this.refuse(await response.text());
    else if (response.status >= 500) this.keep("offline");
    else this.keep("refused");
  }

  send(more = {}) {
    return fetch(this.form.dataset.autosave, {
      method: "POST",
      body: this.fields(),
      headers: { "X-Requested-With": "autosave" },
      credentials: "same-origin",
      redirect: "manual",
      ...more,
    });
  }

  // Whoever signed in again in another tab has a new token; the page itself brings it. False when it leads to the door.
  async freshToken() {
    try {
      const page = await fetch(location.href, { credentials: "same-origin", redirect: "manual" });
      if (!page.ok) return false;
      const text = await page.text();
      const found = new DOMParser().parseFromString(text, "text/html").querySelector("[name=csrfmiddlewaretoken]");
      if (!found) return false;
      document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((field) => (field.value = found.value));
      return true;
    } catch (error) {
      return false;
    }
  }

  async saved(turn, response) {
    const told = (response.headers.get("content-type") || "").startsWith("application/json") ? await response.json() : {};
    if (this.note && "note" in told) this.note.textContent = told.note;
    this.waiting = false;
    this.savedAt = this.now();
    if (turn === this.turn) {
      this.forget();
      this.unsaved = false;
    }
    this.tell();
  }

  // "Saved 2 minutes ago", told anew every half minute while nothing waits.
  tell() {
    if (!this.savedAt || this.unsaved) return;
    const minutes = Math.floor(Math.max(this.now() - this.savedAt, 0) / MINUTE_MS);
    const hours = Math.floor(minutes / 60);
    if (hours >= 24) return;
    const key = hours ? "hours" : minutes ? "minutes" : "now";
    this.say(key, false, hours || minutes);
  }

  keep(why) {
    this.waiting = why !== "refused";
    this.say(this.remember() ? why : "refused", true);
    this.timer = setTimeout(() => this.save(), RETRY_MS);
  }

  refuse(sentence) {
    this.remember();
    this.show(sentence || this.state.dataset.refused, true);
  }

  remember() {
    const body = this.fields();
    body.delete("csrfmiddlewaretoken");
    try {
      localStorage.setItem(this.store, JSON.stringify({ at: this.now(), body: body.toString() }));
      return true;
    } catch (error) {
      return false;
    }
  }

  // What a closed page still held: kept only where it is younger than what the server shows.
  restore() {
    let kept;
    try {
      kept = JSON.parse(localStorage.getItem(this.store));
    } catch (error) {
      kept = null;
    }
    if (!kept || !kept.body || kept.at <= this.savedAt) {
      this.forget();
      return;
    }
    const values = new URLSearchParams(kept.body);
    this.restoreRows(values);
    Array.from(this.form.elements).forEach((field) => {
      if (!field.name || /^(file|submit|button)$/.test(field.type) || field.name === "csrfmiddlewaretoken") return;
      if (field.type === "hidden" && !field.closest("[data-rows]")) return;
      const given = values.getAll(field.name);
      if (field.type === "checkbox" || field.type === "radio") field.checked = given.indexOf(field.value) >= 0;
      else if (field.multiple) Array.from(field.options).forEach((each) => (each.selected = given.indexOf(each.value) >= 0));
      else if (given.length) field.value = given[0];
    });
    this.unsaved = true;
    this.say("restored", true);
    this.timer = setTimeout(() => this.save(), WAIT_MS);
  }

  // The tables grow to the rows that were typed (rows.js listens).
  restoreRows(values) {
    this.form.querySelectorAll("[data-rows]").forEach((box) => {
      const row = new RegExp(`^${box.dataset.rows}-(\\d+)-`);
      const places = Array.from(values.keys()).map((name) => row.exec(name)).filter(Boolean).map((found) => Number(found[1]));
      if (places.length) box.dispatchEvent(new CustomEvent("rows:need", { detail: Math.max(...places) + 1 }));
    });
  }

  forget() {
    localStorage.removeItem(this.store);
  }

  // Leaving or closing: kept here at once, and sent once more without waiting for the answer.
  hide() {
    if (!this.unsaved || this.leaving) return;
    this.remember();
    this.send({ keepalive: true }).catch(() => {});
  }

  // The form is sent with what it holds; a copy stays until the next page has come.
  submit(event) {
    if (this.leaving) {
      event.preventDefault(); // pressed twice
      return;
    }
    if (this.unsaved) this.remember();
    this.leaving = true;
    clearTimeout(this.timer);
    setTimeout(() => (this.leaving = false), RETRY_MS);
  }

  warn(event) {
    if (!this.unsaved || this.leaving) return;
    event.preventDefault();
    event.returnValue = "";
  }

  say(key, trouble = false, number = 0) {
    this.show(this.state.dataset[key].replace("{n}", number), trouble);
    if (this.door) this.door.hidden = key !== "away";
  }

  show(words, trouble) {
    if (this.words.textContent !== words) this.words.textContent = words;
    this.state.classList.toggle("is-trouble", trouble);
  }
}

document.querySelectorAll("form[data-autosave]").forEach((form) => new Autosave(form));
