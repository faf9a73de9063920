// Who is inside, kept up to date while somebody looks; also how we know whether the server answers in time.
import { LATE } from "./offline/link.js";
import { ask } from "./server.js";

const EVERY = 5000;
const AFTER_A_GOOD_ONE = 1000; // while offline: what may be the first good answer of three

export class LiveCount {
  #url;
  #link;
  #heard;
  #etag = "";
  #timer;

  // `heard(serverMs, sentMark)` is told the server's clock.
  constructor(url, link, heard) {
    this.#url = url;
    this.#link = link;
    this.#heard = heard;
    document.addEventListener("visibilitychange", () => this.refresh());
    addEventListener("online", () => this.refresh());
    addEventListener("offline", () => link.gone());
  }

  async refresh() {
    clearTimeout(this.#timer);
    if (document.hidden) return;
    const sent = performance.now();
    const result = await ask(this.#url, { headers: { "If-None-Match": this.#etag }, patience: LATE });
    const { answer, etag, at, took, isLate } = result;
    if (answer) this.#etag = etag;
    if (took !== undefined) this.#heard(at, sent);
    tell(this.#link, { took, isLate });
    if (answer && this.#link.isOnline) this.show(answer);
    clearTimeout(this.#timer);
    const isComingBack = took !== undefined && !this.#link.isOnline;
    this.#timer = setTimeout(() => this.refresh(), isComingBack ? AFTER_A_GOOD_ONE : EVERY);
  }

  show({ inside, total }) {
    document.getElementById("inside").textContent = inside;
    document.getElementById("total").textContent = total;
  }

  // What the server said last is no longer what is shown.
  forget() {
    this.#etag = "";
  }
}

// What an answer, or the lack of one, says about the link.
export function tell(link, { took, isLate }) {
  if (took !== undefined) link.answered(took);
  else if (isLate) link.late();
  else link.failed();
}
