// The scanner: whatever names a ticket becomes one scan, its answer one card and one line.
import { askFor } from "./gate/asking.js";
import { Camera } from "./gate/camera.js";
import { Cards } from "./gate/cards.js";
import { LiveCount } from "./gate/count.js";
import { LastScans } from "./gate/last.js";
import { Parties } from "./gate/party.js";
import { People } from "./gate/people.js";
import { freshId, post } from "./gate/server.js";
import { allowSound } from "./gate/signals.js";
import { listenToWedges } from "./gate/wedge.js";

const app = document.getElementById("gate");
const part = (id) => document.getElementById(id);
const form = part("scan-form");

const cards = new Cards(part("card"), app);
const count = new LiveCount(app.dataset.count, part("online"));
const last = new LastScans(app, () => count.refresh());
const people = new People(part("search-form"), app, (person) => scan({ ...person, source: "search" }));

const parties = new Parties(cards, {
  done: () => count.refresh(),
  failed: () => {
    cards.show("no_answer");
    // Shown once more, the code asks again; what was sent before is found by its own ids.
    part("card").querySelector("[data-again]").remove();
  },
});

const waiting = [];
const unanswered = new Map();
let sending = false;

function scan(showing) {
  const direction = new FormData(form).get("direction");
  const whole = { scan_id: freshId(), direction, ...showing };
  waiting.push(unanswered.get(key(whole)) ?? whole);
  sendNext();
}

// Shown again after a lost answer, a ticket is still the same scan: had it arrived, its stored answer comes back.
const key = ({ code, ticket, direction }) => [direction, code, ticket].join();

// One at a time and in order, so that the card on the screen belongs to the person in front of it.
async function sendNext() {
  if (sending || !waiting.length) return;
  sending = true;
  const showing = waiting.shift();
  const { answer, trouble, detail } = await post(app.dataset.scans, showing);
  if (answer?.scan_id === showing.scan_id) {
    unanswered.delete(key(showing));
    take(answer, showing);
  } else {
    unanswered.set(key(showing), showing);
    excuse(showing, trouble ?? "no_answer", detail);
  }
  sending = false;
  sendNext();
}

function take(answer, showing) {
  if (answer.verdict === "party") return parties.open(answer.href);
  const detail = cards.detailOf(answer);
  const usual = answer.ticket_type ? app.getAttribute(`data-type-${answer.ticket_type}`) : "";
  const type = answer.ticket_words ?? usual;
  const { name: person, with: others, answers, scan_id: scan } = answer;
  const words = cards.show(answer.verdict, { person, type, detail, others, answers, scan });
  if (answer.verdict === "ask") return ask(answer.questions, showing);
  last.add(answer, { ...words, detail });
  people.clear();
  count.refresh();
}

function ask(questions, showing) {
  const admit = (ticked) => {
    cards.clear();
    waiting.unshift({ ...showing, ticked });
    sendNext();
  };
  askFor(part("card"), questions, { admit, later: () => cards.clear() });
}

function excuse(showing, trouble, detail) {
  cards.show(trouble, { detail });
  if (trouble === "no_answer") count.say(false);
  part("card")
    .querySelector("[data-again]")
    ?.addEventListener("click", () => {
      cards.clear();
      waiting.unshift(showing);
      sendNext();
    });
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

part("stage").hidden = false;
part("bar").hidden = false;
count.refresh();
