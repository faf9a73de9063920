// "Ready for the gate?": what a scanner needs, tried on this very phone before people stand in line.
import { Camera } from "./gate/camera.js";
import { keepForOffline } from "./gate/installing.js";
import { Phone } from "./gate/offline/phone.js";
import { ask } from "./gate/server.js";
import { allowSound, signal } from "./gate/signals.js";
import { shortTime } from "./gate/times.js";

const QUICK = 2000; // an answer later than this is too late at a door
const CLOCK = 120_000;
const LOW = 0.3;

const page = document.getElementById("ready");
const line = (name) => page.querySelector(`[data-check="${name}"]`);

// state: "ok", "warn" (the gate still works), "err"; the words stand in the page.
function say(name, state, detail = "") {
  const one = line(name);
  one.dataset.state = state;
  one.querySelector("[data-words]").textContent = one.dataset[state];
  one.querySelector("[data-detail]").textContent = detail;
  conclude();
}

function conclude() {
  const states = [...page.querySelectorAll("[data-check]")].map(({ dataset }) => dataset.state);
  const whole = states.includes("err") ? "no" : states.includes("") ? "open" : "yes";
  const head = document.getElementById("conclusion");
  if (head.dataset.state === whole) return;
  head.dataset.state = whole;
  head.textContent = head.dataset[whole];
}

async function network() {
  const sent = performance.now();
  const { trouble, at } = await ask(page.dataset.count);
  const took = performance.now() - sent;
  if (trouble) return say("network", "err");
  say("network", took <= QUICK ? "ok" : "warn", `${Math.round(took)} ms`);
  const ahead = Math.round((Date.now() - took / 2 - at) / 1000);
  say("clock", Math.abs(ahead) * 1000 <= CLOCK ? "ok" : "warn", `${ahead > 0 ? "+" : ""}${ahead} s`);
}

// Fetched here, the list is on the phone before the first guest comes.
async function list() {
  const phone = new Phone({ gate: page.dataset.gate, url: page.dataset.manifest, changed: () => {} });
  await phone.open();
  await phone.refresh();
  if (!phone.isReady) return say("list", phone.store ? "err" : "warn");
  await keepForOffline(page.dataset);
  say("list", "ok", `${phone.list.size}, ${shortTime(phone.list.head.issued_ms, page.dataset.zone)}`);
}

async function room() {
  const isSafe = (await navigator.storage?.persist?.()) ?? false;
  say("room", isSafe ? "ok" : "warn");
}

async function battery() {
  if (!navigator.getBattery) return say("battery", "ok");
  const { level, charging } = await navigator.getBattery();
  say("battery", charging || level >= LOW ? "ok" : "warn", `${Math.round(level * 100)} %`);
}

line("sound").querySelector("button").addEventListener("click", ({ target }) => {
  allowSound();
  signal("admit");
  target.hidden = true;
  page.querySelector("[data-heard]").hidden = false;
});

for (const button of page.querySelectorAll("[data-heard] button")) {
  button.addEventListener("click", () => say("sound", button.value));
}

line("camera").querySelector("button").addEventListener("click", async ({ target }) => {
  const video = page.querySelector("video");
  const onCode = () => {
    signal("admit");
    say("camera", "ok");
    video.hidden = true;
    video.srcObject?.getTracks().forEach((track) => track.stop());
  };
  try {
    video.hidden = false;
    await new Camera(video, { ...page.dataset, onCode }).start();
    target.hidden = true;
    line("camera").querySelector("[data-detail]").textContent = line("camera").dataset.show;
  } catch {
    video.hidden = true;
    say("camera", "err");
  }
});

network();
list();
room();
battery();
