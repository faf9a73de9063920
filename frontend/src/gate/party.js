// A code that stands for several people: the page that asks about them, in the card of the scanner.
import { tell } from "./count.js";
import { readCode } from "./offline/code.js";
import { LATE } from "./offline/link.js";
import { isLate, PATIENCE, signOutIn } from "./server.js";

export class Parties {
  #parts;
  #lost = new Map(); // when the list was made that was there when an answer was lost, by codes

  // `parts`: cards, phone, link, `done` (called when people went through), `failed` (when no page comes) and `lost` (when it
  // is not known whether somebody did).
  constructor(parts) {
    this.#parts = parts;
  }

  // Whether people of this code may have gone through without this phone's knowledge. A list that was made since tells.
  isLost(code) {
    const key = keyOf(code);
    return this.#lost.has(key) && this.#lost.get(key) === this.#listed;
  }

  get #listed() {
    return this.#parts.phone.list.head?.issued_ms ?? null;
  }

  // `instead` is called, if given, when the page that asks does not come: nobody went through by it yet.
  async open({ href, code }, instead) {
    const { page } = await this.#fetch(href, { patience: instead ? LATE : PATIENCE });
    if (page) this.#show(page, code);
    else (instead || this.#parts.failed)();
  }

  async #send(form, code) {
    const { page, isDown } = await this.#fetch(form.action, { method: "POST", body: new FormData(form) });
    if (!page && !isDown) return this.#parts.failed();
    if (page) {
      this.#show(page, code);
      return this.#parts.done();
    }
    if (code) this.#lost.set(keyOf(code), this.#listed);
    this.#parts.lost();
  }

  // The server answers about this code, so that it knows what was sent before.
  #show(page, code) {
    const { cards } = this.#parts;
    this.#lost.delete(keyOf(code));
    cards.put(page);
    page.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send(event.target, code);
    });
    page.querySelector("[data-next]")?.addEventListener("click", (event) => {
      event.preventDefault();
      cards.clear();
    });
  }

  async #fetch(url, options) {
    const result = await fetchPage(url, options);
    if (result.page || result.isDown) tell(this.#parts.link, result);
    return result;
  }
}

// The same for every way in which a code is read; nothing for a person without one.
const keyOf = (code) => (code ? String(readCode(code)?.ticketId ?? code) : "");

// Gives { page, took } or { isDown, isLate }.
async function fetchPage(url, { patience = PATIENCE, ...options }) {
  const sent = performance.now();
  try {
    const response = await fetch(url, { ...options, signal: AbortSignal.timeout(patience) });
    const isElsewhere = !new URL(response.url).pathname.startsWith("/gate/"); // sent to sign in
    if (signOutIn(isElsewhere ? { type: "opaqueredirect" } : response)) return {};
    const found = new DOMParser().parseFromString(await response.text(), "text/html").querySelector(".gate-party");
    if (!found) return { isDown: response.status >= 500 };
    return { page: document.importNode(found, true), took: performance.now() - sent };
  } catch (error) {
    return { isDown: true, isLate: isLate(error) };
  }
}
