// A code that stands for several people: the page that asks about them, in the card of the scanner.
const PATIENCE = 8000;

// `failed` is called when no clear answer comes, `done` when people went through.
export class Parties {
  #cards;
  #done;
  #failed;

  constructor(cards, { done, failed }) {
    this.#cards = cards;
    this.#done = done;
    this.#failed = failed;
  }

  // `instead` is called, if given, when the page that asks does not come: nobody went through yet.
  async open(href, instead) {
    await this.#put(href, {}, instead || this.#failed);
  }

  async #put(url, options, failed = this.#failed) {
    const part = await page(url, options);
    if (!part) return failed();
    this.#cards.put(part);
    part.addEventListener("submit", (event) => this.#send(event));
    part.querySelector("[data-next]")?.addEventListener("click", (event) => {
      event.preventDefault();
      this.#cards.clear();
    });
    if (options.method) this.#done();
  }

  async #send(event) {
    event.preventDefault();
    const { action } = event.target;
    await this.#put(action, { method: "POST", body: new FormData(event.target) });
  }
}

async function page(url, options) {
  try {
    const response = await fetch(url, { ...options, signal: AbortSignal.timeout(PATIENCE) });
    const found = new DOMParser().parseFromString(await response.text(), "text/html").querySelector(".gate-party");
    return found && document.importNode(found, true);
  } catch {
    return null;
  }
}
