// What the strip tells of the link: whether it is online, what waits, when the list was fetched, and what is wrong.
import { shortTime } from "./times.js";

export class Strip {
  #pill;
  #notes;
  #places;
  #zone;
  #shown = new Map();

  // `notes` has a place for what is so and one for what is wrong, which alone is read out when it changes.
  constructor(pill, notes, zone) {
    this.#pill = pill;
    this.#notes = notes;
    this.#places = notes.children;
    this.#zone = zone;
    notes.hidden = false;
  }

  // `phone` tells itself; `isOnline` whether scans are asked of the server.
  show(phone, isOnline) {
    this.#pill.hidden = false;
    this.#pill.dataset.state = isOnline ? "online" : "offline";
    put(this.#pill, isOnline ? this.#pill.dataset.online : this.#pill.dataset.offline);
    const notes = phone.store ? this.#notesOf(phone) : [[phone.isElsewhere ? "elsewhere" : "noStore"]];
    const lines = notes.map(([name, value]) => [name, this.#notes.dataset[name].replace("{value}", value ?? "")]);
    const [facts, warnings] = this.#places;
    this.#fill(facts, lines.filter(([name]) => !WARNINGS.has(name)));
    this.#fill(warnings, lines.filter(([name]) => WARNINGS.has(name)));
  }

  #fill(place, lines) {
    if (String(lines) === this.#shown.get(place)) return;
    this.#shown.set(place, String(lines));
    place.replaceChildren(...lines.map(lineOf));
  }

  #notesOf({ list, uploads, clock, isBehind, trouble }) {
    const notes = [];
    if (list.isThere || uploads.waiting) notes.push(["waiting", uploads.waiting]);
    notes.push(list.isThere ? ["synced", shortTime(list.head.issued_ms, this.#zone)] : ["noList"]);
    for (const one of new Set([trouble, uploads.trouble])) if (one) notes.push([TROUBLES[one]]);
    if (uploads.refused) notes.push(["refused", uploads.refused]);
    if (isBehind) notes.push(["behind"]);
    else if (clock.isWrong) notes.push(["clock", Math.round(-clock.offset / 60_000)]);
    return notes;
  }
}

const TROUBLES = { signed_out: "signedOut", not_paired: "notPaired", not_yours: "notYours" };
const WARNINGS = new Set(["noStore", "elsewhere", ...Object.values(TROUBLES), "refused", "behind", "clock"]);

function lineOf([name, words]) {
  const line = document.createElement("span");
  line.textContent = words;
  if (WARNINGS.has(name)) line.className = "is-warning";
  return line;
}

// Only what differs, so that nothing is read out twice.
function put(part, words) {
  if (part.textContent !== words) part.textContent = words;
}
