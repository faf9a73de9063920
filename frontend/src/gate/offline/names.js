// People by name without network: fetched sealed and opened after the PIN, and never written down on the phone.
import { post, signOutIn } from "../server.js";
import { fromBase64 } from "./bytes.js";
import { decideOf } from "./local.js";
import { spellings } from "./spellings.js";

const MOST_FOUND = 20;
const MOST_WORDS = 6;
const NONCE_BYTES = 12;
const EVERY = 5 * 60_000;
const PATIENCE = 60_000; // twenty thousand names over a weak network
const USED = new Set(["already_in", "used"]);

export class Names {
  #url;
  #phone;
  #key = null;
  #timer;
  #people = null;
  forgotten = () => {}; // called when the names are closed again

  constructor(url, phone) {
    this.#url = url;
    this.#phone = phone;
  }

  get isOpen() {
    return this.#people !== null && this.#phone.isReady;
  }

  get count() {
    return this.#people?.length ?? 0;
  }

  // Gives {} or { trouble, detail } as the server said it.
  async open(pin) {
    const { answer, trouble, detail } = await post(`${this.#url}/key`, { pin });
    if (!answer) return { trouble, detail };
    this.#key = await crypto.subtle.importKey("raw", fromBase64(answer.key), "AES-GCM", false, ["decrypt"]);
    if (!(await this.#fetch())) return { trouble: "no_answer" };
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#fetch(), EVERY);
    return {};
  }

  // Who came since, and who went. Where the server says no, or the PIN is another by now, the names are forgotten.
  async #fetch() {
    if (!this.#key) return false;
    try {
      const response = await fetch(this.#url, { redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
      signOutIn(response);
      if (response.status >= 500) return false;
      if (!response.ok) return this.forget();
      this.#people = await opened(new Uint8Array(await response.arrayBuffer()), this.#key);
    } catch (error) {
      if (error?.name === "OperationError") return this.forget();
      return false;
    }
    return true;
  }

  forget() {
    clearInterval(this.#timer);
    [this.#key, this.#people] = [null, null];
    this.forgotten();
    return false;
  }

  // As the server answers a search, with `lookup` in place of the ticket's number.
  find(text) {
    const words = text.split(/\s+/).filter(Boolean).slice(0, MOST_WORDS).map(spellings);
    const has = (key) => words.every((forms) => forms.some((form) => key.includes(form)));
    const found = [];
    for (const [lookup, name, key] of this.#people) {
      if (has(key)) found.push(this.#line(lookup, name));
      if (found.length === MOST_FOUND) break;
    }
    return found;
  }

  #line(lookup, name) {
    const { list, clock } = this.#phone;
    const [now, ticked] = [clock.now(), list.head.point.required];
    const said = decideOf(lookup, { direction: "entry", ticked, now }, list);
    const canLeave = decideOf(lookup, { direction: "exit", now }, list).verdict === "left";
    return { lookup, name, ticket_type: "participant", came_at: USED.has(said.verdict) ? said.moment : null, can_leave: canLeave };
  }
}

async function opened(bytes, key) {
  const algorithm = { name: "AES-GCM", iv: bytes.subarray(0, NONCE_BYTES) };
  const plain = await crypto.subtle.decrypt(algorithm, key, bytes.subarray(NONCE_BYTES));
  return JSON.parse(new TextDecoder().decode(plain));
}

// The line under the search, and the question for the PIN.
export function offerNames(names, { button, status, dialog }) {
  if (!button) return;
  const say = (words) => {
    status.textContent = words;
    button.hidden = Boolean(words);
  };
  names.forgotten = () => say("");
  say("");
  const form = dialog.querySelector("form");
  const problem = form.querySelector("[role=alert]");
  button.addEventListener("click", () => {
    form.reset();
    problem.hidden = true;
    dialog.showModal();
  });
  form.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { trouble, detail } = await names.open(form.pin.value);
    problem.textContent = detail || problem.dataset.noAnswer;
    problem.hidden = !trouble;
    if (trouble) return form.pin.select();
    dialog.close();
    say(status.dataset.open.replace("{value}", names.count));
  });
}
