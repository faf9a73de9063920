// The last twenty scans, and taking one back with a reason.
import { freshId } from "./server.js";
import { shortTime } from "./times.js";

const MOST = 20;
const MOVING = new Set(["admit", "left"]);

export class LastScans {
  #app;
  #list = document.getElementById("last");
  #dialog = document.getElementById("undo-dialog");
  #reason = document.getElementById("undo-reason");
  #problem = document.getElementById("undo-problem");
  #newest = document.getElementById("undo");
  #line;
  #undoId;
  #takeBack;

  // `takeBack({ url, undoes, undoId, reason })` gives {} or { trouble, detail }.
  constructor(app, takeBack) {
    this.#app = app;
    this.#takeBack = takeBack;
    this.#list.addEventListener("click", (event) => {
      if (!event.target.closest("[data-undo]")) return;
      event.preventDefault();
      this.#open(event.target.closest("li"));
    });
    this.#newest.addEventListener("click", () => this.#open(this.#list.querySelector("li:has([data-undo])")));
    document.getElementById("undo-no").addEventListener("click", () => this.#dialog.close());
    this.#dialog.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#undo();
    });
    this.#offer();
  }

  add({ scan_id: id, verdict, scanned_at: at, name }, { look, word, detail }) {
    const line = document.getElementById("scan-line").content.cloneNode(true).firstElementChild;
    line.dataset.look = look;
    line.querySelector("time").textContent = shortTime(at, this.#app.dataset.zone);
    line.querySelector("b").textContent = word;
    fill(line.querySelector("bdi"), name);
    fill(line.querySelector("small"), detail);
    const undo = line.querySelector("[data-undo]");
    if (MOVING.has(verdict)) undo.href = `${this.#app.dataset.scans}/${id}`;
    else undo.remove();
    this.#list.prepend(line);
    while (this.#list.children.length > MOST) this.#list.lastElementChild.remove();
    this.#offer();
  }

  // Scans that were kept here, newest first; `undone` are the ids of those that were taken back.
  addKept(lines, undone) {
    for (const { answer, words } of lines.toReversed()) {
      this.add(answer, words);
      if (undone.has(answer.scan_id)) this.#mark(this.#list.firstElementChild);
    }
    this.#offer();
  }

  #mark(line) {
    line.querySelector("[data-undo]")?.replaceWith(document.getElementById("undone-mark").content.cloneNode(true));
  }

  #offer() {
    this.#newest.disabled = !this.#list.querySelector("[data-undo]");
  }

  #open(line) {
    this.#line = line;
    this.#undoId = freshId(); // sent again after a lost answer, it is the same undoing
    document.getElementById("undo-name").textContent = line.querySelector("bdi")?.textContent ?? "";
    this.#reason.value = "";
    this.#problem.hidden = true;
    this.#dialog.showModal();
    this.#reason.focus();
  }

  async #undo() {
    const url = this.#line.querySelector("[data-undo]").href;
    const undoing = { url: `${url}/undo`, undoes: idIn(url), undoId: this.#undoId, reason: this.#reason.value.trim() };
    const { trouble, detail } = await this.#takeBack(undoing);
    if (trouble) {
      this.#problem.textContent = detail || this.#problem.dataset.noAnswer;
      this.#problem.hidden = false;
      return;
    }
    this.#dialog.close();
    this.#mark(this.#line);
    this.#offer();
  }
}

const idIn = (address) => address.split("/").at(-1);

function fill(part, text) {
  if (text) part.textContent = text;
  else part.remove();
}
