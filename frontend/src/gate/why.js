// Why somebody comes in who was found by name: a usual reason or one in own words, and then a button that is held.
import { onHold } from "./hold.js";

export class Why {
  #dialog = document.getElementById("why-dialog");
  #form = this.#dialog.querySelector("form");
  #error = this.#form.querySelector("[role=alert]");
  #status = this.#form.querySelector("[role=status]");
  #button = this.#form.querySelector("[data-hold]");
  #admit;

  constructor() {
    onHold(this.#button, { status: this.#status, may: () => this.#check(), done: () => this.#finish() });
    this.#form.querySelector("[data-close]").addEventListener("click", () => this.#dialog.close());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault(); // Enter in the line of own words
      if (this.#check()) this.#button.focus();
    });
    this.#form.own_words.addEventListener("input", () => this.#unchoose());
    this.#form.addEventListener("change", () => (this.#error.hidden = true));
  }

  // `admit` is given the reason.
  ask(name, admit) {
    this.#admit = admit;
    this.#form.reset();
    this.#error.hidden = true;
    this.#status.textContent = "";
    this.#form.querySelector("bdi").textContent = name;
    this.#dialog.showModal();
    this.#form.querySelector("[type=radio]").focus();
  }

  #unchoose() {
    for (const choice of this.#form.elements.reason) choice.checked = false;
  }

  get #reason() {
    return this.#form.own_words.value.trim() || this.#form.elements.reason.value;
  }

  #check() {
    this.#error.hidden = Boolean(this.#reason);
    return Boolean(this.#reason);
  }

  #finish() {
    this.#dialog.close();
    this.#admit(this.#reason);
  }
}
