// Drives hasher-worker.js for components/hasher.html: file in, digests into the form's fields, nothing over the wire.

const MEGABYTE = 1000 * 1000;

function fill(words, values) {
  return words.replace(/\{(\w+)\}/g, (_, key) => values[key]);
}

function megabytes(bytes) {
  return bytes < MEGABYTE ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / MEGABYTE).toFixed(1)} MB`;
}

class Hasher {
  constructor(box) {
    this.box = box;
    this.choose = box.querySelector("[data-hasher-choose]");
    this.run = box.querySelector("[data-hasher-run]");
    this.bar = box.querySelector("progress");
    this.words = box.querySelector("[data-hasher-words]");
    this.input = box.querySelector("input[type=file]");
    this.choose.hidden = false;
    this.input.addEventListener("change", () => this.start(this.input.files[0]));
    box.querySelector("[data-hasher-cancel]").addEventListener("click", () => this.cancel());
  }

  start(file) {
    this.stop();
    this.write({ sha256: "", sm3: "", size: "", name: "" });
    if (!file) return;
    this.file = file;
    this.startedAt = performance.now();
    this.saidAt = 0;
    this.bar.max = Math.max(file.size, 1);
    this.bar.value = 0;
    this.run.hidden = false;
    this.say("");
    this.worker = new Worker(this.box.dataset.worker);
    this.worker.onmessage = (event) => this.hear(event.data);
    this.worker.onerror = () => this.fail();
    this.worker.postMessage({ file });
  }

  stop() {
    if (this.worker) this.worker.terminate();
    this.worker = null;
    this.run.hidden = true;
  }

  cancel() {
    this.stop();
    this.input.value = "";
    this.say(this.box.dataset.textCancelled);
    this.input.focus();
  }

  hear(message) {
    if (message.type === "progress") this.progress(message.done);
    else if (message.type === "done") this.finish(message);
    else this.fail();
  }

  progress(done) {
    this.bar.value = done;
    const now = performance.now();
    if (now - this.saidAt < 1000) return; // a reader of the screen hears it once a second at most
    this.saidAt = now;
    const left = ((now - this.startedAt) / done) * (this.file.size - done);
    this.say(
      fill(this.box.dataset.textRunning, {
        done: megabytes(done),
        total: megabytes(this.file.size),
        left: this.duration(left),
      })
    );
  }

  duration(milliseconds) {
    const seconds = Math.ceil(milliseconds / 1000);
    if (seconds < 100) return fill(this.box.dataset.textSeconds, { n: seconds });
    return fill(this.box.dataset.textMinutes, { n: Math.ceil(seconds / 60) });
  }

  finish(message) {
    const took = performance.now() - this.startedAt;
    this.stop();
    this.write({ sha256: message.sha256, sm3: message.sm3, size: message.size, name: this.file.name });
    this.say(fill(this.box.dataset.textDone, { total: megabytes(message.size), took: this.duration(took) }));
    this.box.dispatchEvent(new CustomEvent("hashed", { bubbles: true, detail: { took, size: message.size } }));
  }

  fail() {
    this.stop();
    this.input.value = "";
    this.say(this.box.dataset.textFailed);
  }

  write(values) {
    Object.keys(values).forEach((key) => {
      const field = document.getElementById(this.box.dataset[key]);
      if (!field) return;
      field.value = values[key];
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  say(words) {
    this.words.textContent = words;
  }
}

document.querySelectorAll("[data-hasher]").forEach((box) => new Hasher(box));
