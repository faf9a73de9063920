// The verdict, full-bleed: the page's own templates, filled with text alone.
import { shortTime } from "./times.js";
import { signal } from "./signals.js";

const DWELL = { admit: 1200, already: 4000, refuse: 4000 };
// More than a name takes longer to read, and a badge to be asked for; the next ticket or a tap ends it.
const TO_READ = 6000;

export class Cards {
  #place;
  #app;
  #timer;

  constructor(place, app) {
    this.#place = place;
    this.#app = app;
    place.addEventListener("click", ({ target }) => {
      if (!target.closest("a, button, form")) this.clear();
    });
    document.addEventListener("keydown", ({ key }) => key === "Escape" && this.clear());
  }

  // Shows the card of a verdict and gives its words for the list of scans. `isSaved`: the phone has decided, and the
  // server will hear of it; `note` is what else must be known of who comes in.
  show(name, { person = "", type = "", detail = "", others = "", answers = [], scan = "", note = "", isSaved } = {}) {
    const card = cardOf(name);
    const { state: look } = card.dataset;
    if (isSaved && look === "admit") card.dataset.state = "offline";
    fill(card.querySelector(".verdict-name"), person);
    bands(card, note, isSaved ? this.#app.dataset.saved : "");
    const [typeLine, detailLine] = card.querySelectorAll(".verdict-detail");
    if (detailLine) {
      fill(typeLine, type);
      fill(detailLine, detail);
    } else if (typeLine) {
      fill(typeLine, detail || type);
    }
    fill(card.querySelector(".verdict-others"), others);
    list(card.querySelector(".verdict-answers"), answers);
    const badge = card.querySelector("[data-badge]");
    if (isSaved) badge?.remove(); // there is nobody to print it yet
    badge?.setAttribute("href", badge.getAttribute("href").replace("SCAN", scan));
    this.#place.replaceChildren(card);
    this.#place.hidden = false;
    signal(look);
    clearTimeout(this.#timer);
    const dwell = (badge && !isSaved) || others || note || answers.length ? TO_READ : DWELL[look];
    if (look in DWELL) this.#timer = setTimeout(() => this.clear(), dwell);
    return this.wordsOf(name);
  }

  // How a verdict is called in the list of scans.
  wordsOf(name) {
    const card = cardOf(name);
    return { look: card.dataset.state, word: card.querySelector(".verdict-word").textContent };
  }

  // A card that another page of the gate has made.
  put(part) {
    clearTimeout(this.#timer);
    this.#place.replaceChildren(part);
    this.#place.hidden = false;
    const verdict = part.querySelector(".verdict");
    signal(verdict.dataset.state);
    verdict.querySelector("input:not([type=hidden]):enabled, button, a")?.focus({ preventScroll: true });
  }

  clear() {
    clearTimeout(this.#timer);
    this.#place.hidden = true;
    this.#place.replaceChildren();
  }

  // "since {time}, {gate}" with what the answer knows.
  detailOf({ verdict, moment, first_gate: gate }) {
    const { detail } = document.querySelector(`template[data-verdict="${verdict}"]`).dataset;
    const { lang } = document.documentElement;
    const time = moment ? shortTime(moment, this.#app.dataset.zone) : "";
    const place = gate ? (gate[lang] ?? gate.en ?? "") : "";
    return detail.replace("{time}", time).replace("{gate}", place).replace(/, $/, "");
  }
}

function cardOf(name) {
  return document.querySelector(`template[data-verdict="${name}"]`).content.cloneNode(true).firstElementChild;
}

// What must be known of who is let in, and that it is kept here until the server has it.
function bands(card, note, saved) {
  const band = card.querySelector(".verdict-band");
  const lines = [[note, "is-note"], [saved, "is-saved"]].filter(([words]) => words);
  band?.replaceWith(
    ...lines.map(([words, name]) => {
      const line = band.cloneNode();
      line.textContent = words;
      line.classList.add(name);
      return line;
    }),
  );
}

function list(lines, answers) {
  if (!answers.length) return lines?.remove();
  const line = lines.firstElementChild;
  lines.replaceChildren(
    ...answers.map(({ question, answer }) => {
      const one = line.cloneNode(true);
      one.querySelector("dt").textContent = question;
      one.querySelector("bdi").textContent = answer;
      return one;
    }),
  );
}

function fill(line, text) {
  if (!text) line?.remove();
  else (line.querySelector("bdi") ?? line).textContent = text;
}
