// Warns before the session ends, and after its end keeps what was typed until the same person has signed in again.
//
// <dialog id="session" data-url data-seconds data-warn data-user>, see components/session.html. The server says how
// long is left: GET data-url with X-Background asks and counts as nothing, POST says that somebody is there. Typing and
// pointing count as being there; requests that scripts make do not. A script whose request was answered with 401 tells
// by document.dispatchEvent(new Event("session:check")).

const NOTE_MS = 60000;
const TICK_MS = 1000;
const HAND = ["keydown", "pointerdown", "input"];

export class Session {
  constructor(dialog) {
    this.dialog = dialog;
    this.url = dialog.dataset.url;
    this.user = dialog.dataset.user;
    this.warn = Number(dialog.dataset.warn);
    this.endsAt = Date.now() + Number(dialog.dataset.seconds) * 1000;
    this.noted = Date.now();
    this.ended = false;
    this.asking = false;
    this.store = `typed:${this.user}:${location.pathname}`;
    HAND.forEach((name) => document.addEventListener(name, () => this.here(), { passive: true }));
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.ask());
    document.addEventListener("session:check", () => this.ask());
    dialog.querySelector("[data-stay]").addEventListener("click", () => this.stay());
    dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("cancel", () => this.ended || this.stay());
    document.querySelectorAll('form[action$="/logout/"]').forEach((form) => form.addEventListener("submit", forget));
    this.restore();
    setInterval(() => this.tick(), TICK_MS);
  }

  left() {
    return Math.round((this.endsAt - Date.now()) / 1000);
  }

  // A hand on keyboard or mouse keeps the session; while the question stands, only the button answers it.
  here() {
    if (this.dialog.open || this.ended || Date.now() - this.noted < NOTE_MS) return;
    this.stay();
  }

  async stay() {
    this.noted = Date.now();
    const token = document.querySelector("[name=csrfmiddlewaretoken]");
    const body = new URLSearchParams(token ? { csrfmiddlewaretoken: token.value } : {});
    await this.call({ method: "POST", body });
    if (!this.ended && this.left() > this.warn) this.close();
  }

  ask() {
    return this.call({ headers: { "X-Background": "1" } });
  }

  async call(options) {
    if (this.asking) return;
    this.asking = true;
    try {
      const answer = await fetch(this.url, { credentials: "same-origin", cache: "no-store", ...options });
      if (answer.ok) this.hear(await answer.json());
      else if (answer.status === 401 || answer.status === 403) this.end();
    } catch (error) {
      // Without a connection nothing is known; the next tick asks again.
    } finally {
      this.asking = false;
    }
  }

  hear(told) {
    if (!told.signed_in || String(told.user) !== this.user) {
      this.end();
      return;
    }
    this.endsAt = Date.now() + told.seconds * 1000;
    document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((field) => (field.value = told.token));
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": told.token }));
    if (this.ended) this.close();
  }

  close() {
    this.ended = false;
    this.show("warning");
    if (this.dialog.open) this.dialog.close();
    sessionStorage.removeItem(this.store);
  }

  tick() {
    if (this.ended) return;
    const left = this.left();
    if (left > this.warn) return;
    if (!this.dialog.open && left > 0) {
      this.dialog.showModal();
      this.ask();
    }
    this.dialog.querySelector("[data-left]").textContent = `${Math.floor(left / 60)}:${String(Math.max(left % 60, 0)).padStart(2, "0")}`;
    if (left <= 0) this.ask().then(() => this.left() <= 0 && this.end());
  }

  end() {
    if (this.ended) return;
    this.ended = true;
    this.keep();
    this.show("ended");
    if (!this.dialog.open) this.dialog.showModal();
  }

  show(part) {
    this.dialog.querySelector("[data-warning]").hidden = part !== "warning";
    this.dialog.querySelector("[data-ended]").hidden = part !== "ended";
  }

  forms() {
    return Array.from(document.querySelectorAll("main form[method=post]"));
  }

  // Only what was changed by hand, and never a password; kept for this tab and this person.
  keep() {
    const kept = this.forms().map((form) =>
      Array.from(form.elements).filter(keepable).map((field) => [field.name, field.value, Boolean(field.checked)]));
    if (kept.some((fields) => fields.length)) sessionStorage.setItem(this.store, JSON.stringify(kept));
  }

  restore() {
    const kept = sessionStorage.getItem(this.store);
    if (!kept) return;
    sessionStorage.removeItem(this.store);
    this.forms().forEach((form, place) => (JSON.parse(kept)[place] || []).forEach(([name, value, checked]) => {
      Array.from(form.elements).filter((field) => field.name === name && keepable(field)).forEach((field) => {
        if (field.type === "checkbox" || field.type === "radio") {
          if (field.value === value) field.checked = checked;
        } else field.value = value;
        field.dispatchEvent(new Event("input", { bubbles: true }));
      });
    }));
  }
}

function keepable(field) {
  return Boolean(field.name) && ["password", "file", "hidden", "submit", "button"].indexOf(field.type) < 0;
}

function forget() {
  Object.keys(sessionStorage).filter((key) => key.startsWith("typed:")).forEach((key) => sessionStorage.removeItem(key));
}

const dialog = document.getElementById("session");
if (dialog && dialog.showModal) new Session(dialog);
