// Who is inside, kept up to date while somebody looks; also how we know that the server answers.
import { ask } from "./server.js";

const EVERY = 5000;

export class LiveCount {
  #url;
  #online;
  #etag = "";
  #timer;

  constructor(url, online) {
    this.#url = url;
    this.#online = online;
    document.addEventListener("visibilitychange", () => this.refresh());
    addEventListener("online", () => this.refresh());
    addEventListener("offline", () => this.say(false));
  }

  async refresh() {
    clearTimeout(this.#timer);
    if (document.hidden) return;
    const { answer, etag, trouble } = await ask(this.#url, { headers: { "If-None-Match": this.#etag } });
    if (answer) {
      this.#etag = etag;
      document.getElementById("inside").textContent = answer.inside;
      document.getElementById("total").textContent = answer.total;
    }
    this.say(!trouble);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.refresh(), EVERY);
  }

  say(isOnline) {
    this.#online.hidden = false;
    this.#online.dataset.state = isOnline ? "online" : "offline";
    const words = isOnline ? this.#online.dataset.online : this.#online.dataset.offline;
    if (this.#online.textContent !== words) this.#online.textContent = words;
  }
}
