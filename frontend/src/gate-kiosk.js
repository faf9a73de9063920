// The self-service screen: people hold their tickets to the tablet, are told one word, and the next one comes.
import { Camera } from "./gate/camera.js";
import { onHold } from "./gate/hold.js";
import { freshId, post } from "./gate/server.js";
import { allowSound, signal } from "./gate/signals.js";
import { shortTime } from "./gate/times.js";
import { listenToWedges } from "./gate/wedge.js";

const SHOWN_FOR = 4000;
const app = document.getElementById("kiosk");
const part = (id) => document.getElementById(id);

// What one person has begun is not left to the next one.
function goBackWhenIdle(seconds) {
  let timer;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => location.replace(document.body.dataset.kiosk), seconds * 1000);
  };
  for (const kind of ["pointerdown", "keydown", "input", "scroll"]) addEventListener(kind, wait, { passive: true });
  wait();
}

function leaveByHolding(form) {
  form.addEventListener("submit", (event) => event.preventDefault());
  const status = form.querySelector("[role=status]");
  onHold(form.querySelector("[data-hold]"), { status, heldFor: 3000, done: () => form.submit() });
}

// Without network the kept scanner would be a way out; left by the crew's way, it is kept anew.
async function dropKeptScanner() {
  navigator.serviceWorker?.controller?.postMessage({ screen: true });
  for (const name of (await globalThis.caches?.keys()) ?? []) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) if (request.url.endsWith("/shell")) await cache.delete(request);
  }
}

// Browsers end the full screen when another page opens; the next touch brings it back.
document.addEventListener("click", () => {
  if (!document.fullscreenElement) document.documentElement.requestFullscreen?.().catch(() => {});
});

const idle = document.querySelector("[data-idle]");
if (idle) goBackWhenIdle(Number(idle.dataset.idle));
const held = document.querySelector("[data-held]");
if (held) leaveByHolding(held);
if (app) open();
dropKeptScanner().catch(() => {});

function open() {
  const unanswered = new Map(); // shown again after a lost answer, a ticket is still the same scan
  let sending = false;
  let running = false;
  let timer;

  async function scan(code, source) {
    if (sending) return;
    sending = true;
    const showing = unanswered.get(code) ?? { scan_id: freshId(), code, source, direction: "entry", ticked: [] };
    const { answer } = await post(app.dataset.scans, showing);
    if (answer) unanswered.delete(code);
    else unanswered.set(code, showing);
    show(answer);
    sending = false;
  }

  function show(answer) {
    const name = answer ? answer.verdict : "no_answer";
    const template = document.querySelector(`template[data-verdict="${name}"]`) ?? crew();
    const card = template.content.cloneNode(true).firstElementChild;
    fill(card.querySelector(".verdict-name"), initial(answer?.name));
    if ("detail" in template.dataset) fill(card.querySelector(".verdict-detail"), detail(template, answer));
    part("card").replaceChildren(card);
    part("card").hidden = false;
    signal(card.dataset.state);
    clearTimeout(timer);
    timer = setTimeout(clear, SHOWN_FOR);
  }

  // Families, and whom the crew has to look at: nobody here can answer for them.
  const crew = () => document.querySelector('template[data-verdict="crew"]');
  const initial = (name) => (name ? `${Array.from(name)[0]}…` : "");

  function detail({ dataset }, { moment, first_gate: gate }) {
    const { lang } = document.documentElement;
    const time = moment ? shortTime(moment, app.dataset.zone) : "";
    return dataset.detail.replace("{time}", time).replace("{gate}", gate?.[lang] ?? gate?.en ?? "").replace(/, $/, "");
  }

  function clear() {
    clearTimeout(timer);
    part("card").hidden = true;
    part("card").replaceChildren();
  }

  async function start() {
    const options = { ...app.dataset, facing: "user", onCode: (code) => scan(code, "camera") };
    try {
      await new Camera(part("video"), options).start();
      running = true;
    } catch (error) {
      part("trouble").textContent = part("trouble").dataset[error.name === "NotAllowedError" ? "denied" : "missing"];
      part("trouble").hidden = false;
    }
    part("start").hidden = running;
  }

  // The camera and the full screen stay; what is read is taken from the page in the other language.
  async function speak(link) {
    try {
      const page = new DOMParser().parseFromString(await (await fetch(link.href)).text(), "text/html");
      part("words").replaceChildren(...page.getElementById("words").childNodes);
      document.documentElement.lang = page.documentElement.lang;
      document.title = page.title;
      part("start").hidden = running;
      document.querySelector('[data-language][aria-current="true"]').focus();
    } catch {
      location.assign(link.href);
    }
  }

  part("words").addEventListener("click", (event) => {
    const link = event.target.closest("[data-language]");
    if (event.target.closest("#start")) start();
    if (!link) return;
    event.preventDefault();
    speak(link);
  });
  part("card").addEventListener("click", clear);
  document.addEventListener("pointerdown", allowSound);
  listenToWedges((code) => scan(code, "wedge"));
  stayAwake();
  startByItself();

  // Allowed once, the camera is there again after each page.
  async function startByItself() {
    const { state } = (await navigator.permissions?.query({ name: "camera" }).catch(() => {})) ?? {};
    if (state === "granted") await start();
    else part("start").hidden = false;
  }

  function stayAwake() {
    const ask = () => !document.hidden && navigator.wakeLock?.request("screen").catch(() => {});
    document.addEventListener("visibilitychange", ask); // the browser lets go when the tab is hidden
    ask();
  }
}

function fill(line, text) {
  if (!line) return;
  if (text) (line.querySelector("bdi") ?? line).textContent = text;
  else line.remove();
}
