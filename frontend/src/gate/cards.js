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

  // Shows the card of a verdict and gives its words for the list of scans.
  show(name, { person = "", type = "", detail = "", others = "", answers = [], scan = "" } = {}) {
    const card = document.querySelector(`template[data-verdict="${name}"]`).content.cloneNode(true).firstElementChild;
    fill(card.querySelector(".verdict-name"), person);
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
    badge?.setAttribute("href", badge.getAttribute("href").replace("SCAN", scan));
    this.#place.replaceChildren(card);
    this.#place.hidden = false;
    const { state } = card.dataset;
    signal(state);
    clearTimeout(this.#timer);
    const dwell = badge || others || answers.length ? TO_READ : DWELL[state];
    if (state in DWELL) this.#timer = setTimeout(() => this.clear(), dwell);
    return { look: state, word: card.querySelector(".verdict-word").textContent };
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
