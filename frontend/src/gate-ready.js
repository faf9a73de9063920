// "Ready for the gate?": what a scanner needs, tried on this very phone before people stand in line.
import { Camera } from "./gate/camera.js";
import { keepForOffline } from "./gate/installing.js";
import { decide } from "./gate/offline/local.js";
import { Phone } from "./gate/offline/phone.js";
import { ask } from "./gate/server.js";
import { allowSound, signal } from "./gate/signals.js";
import { shortTime } from "./gate/times.js";
import { sender } from "./gate/working.js";

const QUICK = 2000; // an answer later than this is too late at a door
const CLOCK = 120_000;
const LOW = 0.3;
const STALE = 600_000; // a list that could not be fetched for so long

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

async function battery() {
  if (!navigator.getBattery) return say("battery", "ok");
  const { level, charging } = await navigator.getBattery();
  say("battery", charging || level >= LOW ? "ok" : "warn", `${Math.round(level * 100)} %`);
}

const { gate, manifest, zone } = page.dataset;
const phone = new Phone({ gate, url: manifest, send: sender({ dataset: page.dataset }), changed: () => {} });

// The list of tickets with which the gate works without network, fetched anew.
async function list() {
  await phone.open();
  await phone.refresh();
  if (!phone.isReady) {
    say("ticket", "warn");
    return say("list", "err");
  }
  const { issued_ms: made } = phone.list.head;
  const words = line("list").dataset.tickets.replace("{number}", phone.list.size).replace("{time}", shortTime(made, zone));
  say("list", phone.clock.now() - made < STALE ? "ok" : "warn", words);
}

async function storage() {
  const lasts = await navigator.storage?.persist?.().catch(() => false);
  say("storage", lasts ? "ok" : "warn");
}

// Installed it starts from the phone's own screen, and the phone does not tidy it away.
function installed() {
  const isApp = matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;
  say("installed", isApp ? "ok" : "warn");
}

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  const button = line("installed").querySelector("button");
  button.hidden = false;
  button.addEventListener("click", () => event.prompt(), { once: true });
});
addEventListener("appinstalled", () => {
  line("installed").querySelector("button").hidden = true;
  say("installed", "ok");
});

// Judged by the phone alone, and kept nowhere: any ticket is good enough for this. Gives whether one was recognised.
async function tryTicket(code) {
  const { verdict } = await decide({ code, direction: "entry", now: phone.clock.now() }, phone.list);
  const isOurs = verdict !== "unknown" && verdict !== "other_event";
  say("ticket", isOurs ? "ok" : "warn");
  return isOurs;
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
  const onCode = async (code) => {
    signal("admit");
    say("camera", "ok");
    if (phone.isReady && !(await tryTicket(code))) return;
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
battery();
storage();
installed();
list();
keepForOffline(page.dataset);
