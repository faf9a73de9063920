// A code that stands for several people, decided by the phone itself: who goes, each with a scan of the own ticket.
import { decideOf, isAccompanied } from "./offline/local.js";
import { questionsOf } from "./offline/answers.js";
import { freshId } from "./server.js";
import { shortTime } from "./times.js";
import { lineOf as questionLine } from "./asking.js";

export class Family {
  #parts;

  // `parts`: app, cards, last, phone, `changed` and `failed` (called when nothing can be kept).
  constructor(parts) {
    this.#parts = parts;
  }

  open(party, showing) {
    const { app, cards, phone } = this.#parts;
    const { direction } = showing;
    const part = document.getElementById(`family-${direction}`).content.cloneNode(true).firstElementChild;
    part.querySelector(".verdict-name").textContent = party[0].name;
    const inside = part.querySelector(".verdict-detail");
    const came = party.filter(({ isInside }) => isInside).length;
    inside.textContent = inside.textContent.replace("{inside}", came).replace("{all}", party.length);
    const [members, ticks] = part.querySelectorAll("ul");
    const form = part.querySelector("form");
    if (showing.isGroup) askHowMany(form, party.filter(({ canGo }) => canGo).length);
    else fill(members, party, (line, one, index) => memberLine(line, one, index, { direction, zone: app.dataset.zone }));
    (showing.isGroup ? members : form.count.parentElement).remove();
    const questions = direction === "entry" ? questionsOf(phone.list) : [];
    if (questions.length) fill(ticks, questions, questionLine);
    else ticks.remove();
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send(form, party, showing, questions);
    });
    form.querySelector("[data-next]").addEventListener("click", () => cards.clear());
    cards.put(part);
  }

  async #send(form, party, showing, questions) {
    const data = new FormData(form);
    const ticked = data.getAll("ticked");
    const chosen = new Set(showing.isGroup ? firstOf(party, Number(data.get("count"))) : data.getAll("tickets"));
    const wrong = problem({ party, chosen, ticked, questions, ...showing });
    const error = form.querySelector(".field-error");
    error.hidden = !wrong;
    if (wrong) {
      error.textContent = error.dataset[wrong].replace("{value}", form.count?.max);
      return form.querySelector("input:enabled")?.focus();
    }
    const people = party.filter(({ ticket }) => chosen.has(ticket));
    try {
      this.#done(await this.#keepAll(people, { ...showing, ticked }), party, showing);
    } catch {
      this.#parts.failed();
    }
  }

  async #keepAll(people, { direction, source, ticked }) {
    const { phone } = this.#parts;
    const kept = [];
    for (const { ticket, name } of people) {
      const said = decideOf(ticket, { direction, ticked, now: phone.clock.now() }, phone.list);
      const showing = { scan_id: freshId(), direction, source };
      kept.push({ scan: await phone.scans.keep({ showing, said, ticked }), name });
    }
    return kept;
  }

  #done(kept, party, { direction }) {
    const { app, cards, last, changed } = this.#parts;
    const went = kept.filter(({ scan }) => scan.verdict === "admit" || scan.verdict === "left");
    const detail = app.dataset[direction === "entry" ? "admitted" : "wentOut"];
    const words = detail.replace("{went}", went.length).replace("{all}", party.length);
    const verdict = went.length ? went[0].scan.verdict : kept[0].scan.verdict;
    cards.show(verdict, { person: party[0].name, detail: words, isSaved: true });
    for (const { scan, name } of kept) {
      const { scan_id, time } = scan;
      const answer = { scan_id, name, verdict: scan.verdict, scanned_at: new Date(time).toISOString() };
      last.add(answer, { ...cards.wordsOf(scan.verdict), detail: "" });
    }
    changed();
  }
}

// What keeps them from going: "nobody", "count", "adult", "open" (a question), or "". A group is only counted.
export function problem({ party, chosen, ticked, questions, direction, isGroup }) {
  if (!chosen.size) return isGroup ? "count" : "nobody";
  if (!isGroup && !isAccompanied(party, chosen, direction)) return "adult";
  return questions.some(({ id, required }) => required && !ticked.includes(id)) ? "open" : "";
}

// So many of those who can go, in the order of the list; nobody when there are fewer.
export function firstOf(party, count) {
  const able = party.filter(({ canGo }) => canGo).map(({ ticket }) => ticket);
  return Number.isInteger(count) && count > 0 && count <= able.length ? able.slice(0, count) : [];
}

function askHowMany({ count, elements }, most) {
  [count.max, count.value] = [most, most];
  elements.namedItem("count").focus({ preventScroll: true });
}

function fill(list, all, lineOf) {
  const line = list.firstElementChild;
  list.replaceChildren(...all.map((one, index) => lineOf(line.cloneNode(true), one, index)));
}

function memberLine(line, { ticket, name, canGo, verdict, cameAt, ...who }, index, { direction, zone }) {
  const [input, label, pill] = [line.querySelector("input"), line.querySelector("label"), line.querySelector(".pill")];
  input.id = `member-${index}`;
  input.value = ticket;
  input.checked = canGo;
  input.disabled = !canGo;
  label.htmlFor = input.id;
  label.querySelector("bdi").textContent = name;
  const small = label.querySelector("small");
  small.textContent = whoOf(who, direction, small.dataset);
  if (canGo || direction === "exit") pill.remove();
  else pill.textContent = whyNot(pill.dataset, verdict).replace("{time}", cameAt === null ? "" : shortTime(cameAt, zone));
  return line;
}

function whoOf({ isAdult, isYoung, mayLeaveAlone }, direction, { adult, child, young, alone, notAlone }) {
  if (isAdult) return adult;
  if (direction === "entry") return isYoung ? `${child}, ${young}` : child;
  return mayLeaveAlone === null ? child : `${child}, ${mayLeaveAlone ? alone : notAlone}`;
}

const whyNot = ({ since, used, not }, verdict) => ({ already_in: since, used })[verdict] ?? not;
