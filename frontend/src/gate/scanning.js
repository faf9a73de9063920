// One flow for every scan: asked of the server while it answers in time, else decided by the phone itself.
import { askFor } from "./asking.js";
import { tell } from "./count.js";
import { answerOf, questionsOf } from "./offline/answers.js";
import { LATE } from "./offline/link.js";
import { decide, decideOf } from "./offline/local.js";
import { freshId, PATIENCE, post } from "./server.js";

export class Scanning {
  #parts;
  #waiting = [];
  #unanswered = new Map();
  #isBusy = false;

  // `parts`: app (the element), card (its place), cards, last, people, parties (asked of the server), family (asked here),
  // phone, link, and `changed`, called when somebody may have moved.
  constructor(parts) {
    this.#parts = parts;
  }

  scan(showing) {
    const whole = { scan_id: freshId(), ...showing };
    this.#waiting.push(this.#unanswered.get(key(whole)) ?? whole);
    this.#next();
  }

  // One at a time and in order, so that the card on the screen belongs to the person in front of it.
  async #next() {
    if (this.#isBusy || !this.#waiting.length) return;
    this.#isBusy = true;
    await this.#decide(this.#waiting.shift());
    this.#isBusy = false;
    this.#next();
  }

  #again(showing) {
    this.#parts.cards.clear();
    this.#waiting.unshift(showing);
    this.#next();
  }

  // A person whom the server found by name has no code to be judged by, so it alone knows; one of the names that are
  // open on this phone stands on its list.
  async #decide(showing) {
    const { phone, link } = this.#parts;
    if (showing.lookup) return this.#here(showing);
    const canDecide = phone.isReady && Boolean(showing.code);
    if (canDecide && (!link.isOnline || (await phone.scans.isAhead(showing.code)))) return this.#here(showing);
    const { answer, trouble, detail, isDown } = await this.#ask(showing, canDecide ? LATE : PATIENCE);
    if (answer?.scan_id === showing.scan_id) {
      this.#unanswered.delete(key(showing));
      return this.#take(answer, showing);
    }
    // The server may have stored this very scan; its id tells it so when the phone's own comes up.
    if (canDecide && (isDown || !trouble)) return this.#here(showing);
    this.#unanswered.set(key(showing), showing);
    if (isDown && !phone.isReady) link.gone(); // without a list there is nothing else to go by
    this.#excuse(showing, trouble ?? "no_answer", detail);
  }

  async #ask(showing, patience) {
    const { app, link } = this.#parts;
    const result = await post(app.dataset.scans, showing, { patience });
    if (result.took !== undefined || result.isDown) tell(link, result);
    return result;
  }

  async #here(showing) {
    const { phone, app, cards, family, parties } = this.#parts;
    if (parties.isLost(showing.code)) return void cards.show("lost_party");
    const said = await this.#judge({ ...showing, now: phone.clock.now() });
    if (said.party?.some(({ canGo }) => canGo)) return family.open(said.party, { ...showing, isGroup: said.person.g === 1 });
    if (said.verdict === "ask") return this.#take({ ...said, ...this.#person(said), ...asked(phone.list) }, showing);
    try {
      const scan = await phone.scans.keep({ showing, said, ticked: showing.ticked });
      this.#take(answerOf(scan, said, phone.list, app), showing, { isSaved: true });
    } catch {
      this.#excuse(showing, "not_kept");
    }
  }

  async #judge(asked) {
    const { list } = this.#parts.phone;
    if (!asked.lookup) return decide(asked, list);
    return { ...decideOf(asked.lookup, asked, list), person: { n: asked.name } };
  }

  #person({ person }) {
    return { name: person?.n ?? null, moment: null, first_gate: null, answers: [] };
  }

  #take(answer, showing, { isSaved = false } = {}) {
    const { app, cards, last, people, parties, phone, changed } = this.#parts;
    if (answer.verdict === "party") {
      const { code } = showing;
      return parties.open({ href: answer.href, code }, phone.isReady && code && (() => this.#here(showing)));
    }
    const { look } = cards.wordsOf(answer.verdict);
    const note = answer.note ? app.dataset[answer.note] : "";
    const detail = cards.detailOf(answer) || (look === "admit" ? "" : note);
    const usual = answer.ticket_type ? app.getAttribute(`data-type-${answer.ticket_type}`) : "";
    const type = answer.ticket_words ?? usual;
    const { name: person, with: others, answers, scan_id: scan } = answer;
    const words = { person, type, detail, others, answers, scan, isSaved, note: look === "admit" ? note : "" };
    const shown = cards.show(answer.verdict, words);
    if (answer.verdict === "ask") return this.#askFirst(answer.questions, showing);
    if (!isSaved && phone.isReady) phone.scans.remember(answer, showing);
    last.add(answer, { ...shown, detail });
    people.clear();
    changed();
  }

  #askFirst(questions, showing) {
    const { card, cards } = this.#parts;
    const admit = (ticked) => this.#again({ ...showing, ticked });
    askFor(card, questions, { admit, later: () => cards.clear() });
  }

  #excuse(showing, trouble, detail) {
    const { card, cards } = this.#parts;
    cards.show(trouble, { detail });
    card.querySelector("[data-again]")?.addEventListener("click", () => this.#again(showing));
  }
}

// Shown again after a lost answer, a ticket is still the same scan: had it arrived, its stored answer comes back.
const key = ({ code, ticket, lookup, direction }) => [direction, code, ticket, lookup].join();

const asked = (list) => ({ questions: questionsOf(list) });
