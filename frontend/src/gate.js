// The scanner: whatever names a ticket becomes one scan, its answer one card and one line.
import { Camera } from "./gate/camera.js";
import { Cards } from "./gate/cards.js";
import { LiveCount } from "./gate/count.js";
import { Family } from "./gate/family.js";
import { keepForOffline } from "./gate/installing.js";
import { LastScans } from "./gate/last.js";
import { Link } from "./gate/offline/link.js";
import { Names, offerNames } from "./gate/offline/names.js";
import { Phone } from "./gate/offline/phone.js";
import { Parties } from "./gate/party.js";
import { People } from "./gate/people.js";
import { Scanning } from "./gate/scanning.js";
import { onSignedOut } from "./gate/server.js";
import { allowSound } from "./gate/signals.js";
import { Strip } from "./gate/strip.js";
import { listenToWedges } from "./gate/wedge.js";
import { keepUp, sender, showKept, takerBack } from "./gate/working.js";

const app = document.getElementById("gate");
const part = (id) => document.getElementById(id);
const form = part("scan-form");
const isKept = "kept" in app.dataset; // the page that this phone kept, not the server's of today

onSignedOut((word) => {
  if (names.isOpen) people.clear();
  names.forget();
  phone.signedOut(word);
});
const link = new Link({ isOnline: navigator.onLine && !isKept, changed: () => turned() });
const { gate, manifest: url, late } = app.dataset;
const phone = new Phone({ gate, url, send: sender(app), late, changed: () => tellAll() });
const count = new LiveCount(app.dataset.count, link, (at, sent) => {
  phone.clock.heard(at, sent, { isExact: false });
  tellAll();
});
const strip = new Strip(part("online"), part("sync"), app.dataset.zone);
const work = keepUp({ phone, link });

const cards = new Cards(part("card"), app);
const last = new LastScans(app, takerBack({ phone, link, changed: () => changed() }));
const names = new Names(app.dataset.names, phone);
const choose = (person) => scan({ ...person, source: "search" });
const people = new People(part("search-form"), app, choose, { names, isOnline: () => link.isOnline });
const parties = new Parties({
  ...{ cards, phone, link },
  done: () => changed(),
  lost: () => cards.show("lost_party"),
  failed: () => {
    cards.show("no_answer");
    part("card").querySelector("[data-again]").remove(); // shown once more, the code asks again
  },
});
const family = new Family({ app, cards, last, phone, changed: () => changed(), failed: () => cards.show("not_kept") });
const scanning = new Scanning({
  ...{ app, card: part("card"), cards, last, people, parties, family, phone, link },
  changed: () => changed(),
});

const opened = open();

async function open() {
  await phone.open(start);
  await start();
}

async function start() {
  await showKept({ phone, cards, last, isOnline: !isKept, gate });
  tellAll();
  count.refresh();
  work(true);
}

function tellAll() {
  strip.show(phone, link.isOnline);
  if (!link.isOnline && phone.isReady) count.show(phone.list.count());
}

function turned() {
  count.forget();
  tellAll();
  if (link.isOnline) work(true);
}

function changed() {
  tellAll();
  if (link.isOnline) count.refresh();
  if (link.isOnline && phone.uploads?.waiting) work(true);
}

// What is scanned before the list was read waits for it.
async function scan(showing) {
  const direction = new FormData(form).get("direction");
  await opened;
  scanning.scan({ direction, ...showing });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  allowSound();
  const field = part("code");
  const code = field.value.trim();
  if (!code) return field.focus();
  field.value = "";
  scan({ code, source: "wedge" });
});

listenToWedges((code) => {
  allowSound();
  scan({ code, source: "wedge" });
});

part("start").addEventListener("click", async () => {
  allowSound();
  const camera = new Camera(part("video"), { ...app.dataset, onCode: (code) => scan({ code, source: "camera" }) });
  try {
    await camera.start();
  } catch (error) {
    const why = error.name === "NotAllowedError" ? "denied" : "missing";
    part("trouble").textContent = part("trouble").dataset[why];
    part("trouble").hidden = false;
    return;
  }
  part("start").hidden = true;
  part("trouble").hidden = true;
  part("ready").hidden = false;
  offerControls(camera);
  stayAwake();
});

async function offerControls(camera) {
  const [torch, change] = [part("torch"), part("switch")];
  torch.hidden = !camera.hasTorch;
  change.hidden = (await camera.others()).length < 2;
  torch.onclick = async () => {
    const on = torch.ariaPressed !== "true";
    await camera.light(on);
    torch.ariaPressed = String(on);
  };
  change.onclick = async () => {
    await camera.next();
    torch.hidden = !camera.hasTorch;
    torch.ariaPressed = "false";
  };
}

function stayAwake() {
  const ask = () => !document.hidden && navigator.wakeLock?.request("screen").catch(() => {});
  document.addEventListener("visibilitychange", ask); // the browser lets go when the tab is hidden
  ask();
}

// Nobody goes back from there to this page, so that nothing may be left to do on it.
part("kiosk-link").addEventListener("click", (event) => {
  event.preventDefault();
  const why = part("kiosk-why");
  const [isOnline, isWaiting] = [link.isOnline && navigator.onLine, Boolean(phone.uploads?.waiting)];
  if (isOnline && !isWaiting) return location.replace(event.currentTarget.href);
  why.textContent = isOnline ? why.dataset.waiting : why.dataset.offline;
});

part("stage").hidden = false;
part("bar").hidden = false;
keepForOffline(app.dataset);
offerNames(names, { button: part("open-names"), status: part("names"), dialog: part("pin-dialog") });
