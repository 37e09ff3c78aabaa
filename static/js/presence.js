// Says every 45 seconds that this case is open here, and shows who else has it open and whether it has moved on.
// A sign, not a lock: without it the server forgets within two minutes. No activity of the person (X-Background).

const EVERY_MS = 45000;
const place = document.querySelector("[data-presence]");

function csrf() {
  const field = document.querySelector("input[name=csrfmiddlewaretoken]");
  return field ? field.value : "";
}

function show(told) {
  const list = place.querySelector(".presence-others");
  const words = told.others.join("\n");
  if (list.dataset.words !== words) {
    list.dataset.words = words;
    list.replaceChildren(
      ...told.others.map((each) => {
        const line = document.createElement("li");
        line.textContent = each;
        return line;
      }),
    );
  }
  if (String(told.version) !== place.dataset.version) place.querySelector(".presence-moved").hidden = false;
}

async function renew() {
  if (document.hidden) return;
  try {
    const answer = await fetch(place.dataset.presence, {
      method: "POST",
      headers: { "X-CSRFToken": csrf(), "X-Background": "1" },
      credentials: "same-origin",
      redirect: "error",
    });
    if (answer.ok) show(await answer.json());
  } catch (error) {
    // Offline for a while: the next turn tries again.
  }
}

if (place) {
  renew();
  setInterval(renew, EVERY_MS);
  document.addEventListener("visibilitychange", renew);
}
