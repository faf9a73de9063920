// What has to be ticked before somebody comes in: the card's own lines, and the same scan sent again with the ticks.
export function askFor(card, questions, { admit, later }) {
  const form = card.querySelector("form");
  const list = form.querySelector("ul");
  const line = list.firstElementChild;
  list.replaceChildren(...questions.map((question, index) => lineOf(line.cloneNode(true), question, index)));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const ticked = new FormData(form).getAll("ticked");
    const isOpen = questions.some(({ id, required }) => required && !ticked.includes(id));
    form.querySelector(".field-error").hidden = !isOpen;
    if (isOpen) list.querySelector("input:not(:checked)").focus();
    else admit(ticked);
  });
  form.querySelector("[data-next]").addEventListener("click", later);
  list.querySelector("input").focus({ preventScroll: true });
}

export function lineOf(line, { id, text, required }, index) {
  const [input, label] = [line.querySelector("input"), line.querySelector("label")];
  input.value = id;
  input.id = `ticked-${index}`;
  label.htmlFor = input.id;
  label.firstChild.textContent = text;
  if (required) label.querySelector("small")?.remove();
  return line;
}
