// People by name, from two letters on: of the server, or of the names that this phone has opened.
import { LATE } from "./offline/link.js";
import { ask, PATIENCE } from "./server.js";
import { shortTime } from "./times.js";
import { Why } from "./why.js";

const PAUSE = 200;
const SHORTEST = 2;
// What a scanner types into the field is no name, and no address of ours should carry a ticket's code.
const NO_NAME = /^https?:|\S{40}/i;

export class People {
  #app;
  #field;
  #list;
  #found;
  #choose;
  #timer;
  #asked = 0;
  #why = new Why();
  #names;
  #isOnline;

  // `names` are those for work without network; `isOnline` is asked before each search.
  constructor(form, app, choose, { names, isOnline }) {
    this.#app = app;
    this.#names = names;
    this.#isOnline = isOnline;
    this.#choose = choose;
    this.#field = form.querySelector("input");
    this.#list = document.getElementById("people");
    this.#found = document.getElementById("found");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#search();
    });
    this.#field.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#search(), PAUSE);
    });
  }

  clear() {
    this.#field.value = "";
    this.#show(null);
  }

  async #search() {
    const text = this.#field.value.trim();
    const number = ++this.#asked;
    if (text.length < SHORTEST || NO_NAME.test(text)) return this.#show(null);
    const people = await this.#find(text);
    if (people && number === this.#asked) this.#show(people);
  }

  async #find(text) {
    const { isOpen } = this.#names;
    if (isOpen && !this.#isOnline()) return this.#names.find(text);
    const url = `${this.#app.dataset.people}?q=${encodeURIComponent(text)}`;
    const { answer, isDown } = await ask(url, { patience: isOpen ? LATE : PATIENCE });
    if (answer) return answer.people;
    if (isDown && isOpen) return this.#names.find(text);
    if (isDown) this.#found.textContent = this.#found.dataset.noAnswer;
    return null;
  }

  #show(people) {
    this.#list.replaceChildren(...(people ?? []).map((person) => this.#line(person)));
    this.#found.textContent = people?.length === 0 ? this.#found.dataset.none : "";
  }

  #line({ ticket, lookup, name, ticket_type: type, came_at: cameAt, can_leave: canLeave, known }) {
    const line = document.getElementById("person-line").content.cloneNode(true).firstElementChild;
    const [pill, button] = [line.querySelector(".pill"), line.querySelector("button")];
    line.querySelector("bdi").textContent = name;
    if (known) line.querySelector(".gate-known").textContent = known;
    else line.querySelector(".gate-known").remove();
    line.querySelector("small").textContent = this.#app.getAttribute(`data-type-${type}`);
    const leaves = Boolean(cameAt && canLeave);
    if (cameAt) {
      const words = leaves ? pill.textContent : button.dataset.used;
      pill.textContent = words.replace("{time}", shortTime(cameAt, this.#app.dataset.zone));
    } else {
      pill.remove();
    }
    if (leaves) {
      button.textContent = button.dataset.exit;
      button.classList.add("ghost");
    }
    button.addEventListener("click", () => {
      const person = lookup ? { lookup, name } : { ticket };
      if (leaves) this.#choose({ ...person, direction: "exit" });
      else this.#why.ask(name, (reason) => this.#choose({ ...person, direction: "entry", reason }));
    });
    return line;
  }
}
