// A deed that nobody does by mistake: the button is held, or pressed twice by keyboard. What is still to be done is said
// in `status`; `may` is asked before.
const HELD_FOR = 800;
const ARMED_FOR = 5000;

export function onHold(button, { status, may = () => true, done, heldFor = HELD_FOR }) {
  let holding;
  let armed;

  const say = (words = "") => (status.textContent = words);
  const relax = () => {
    clearTimeout(armed);
    armed = undefined;
  };

  function finish() {
    letGo();
    relax();
    say();
    done();
  }

  function letGo() {
    clearTimeout(holding);
    holding = undefined;
    delete button.dataset.holding;
  }

  button.style.setProperty("--hold", `${heldFor}ms`);
  button.addEventListener("contextmenu", (event) => event.preventDefault());
  button.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !may()) return;
    button.setPointerCapture(event.pointerId);
    button.dataset.holding = "";
    holding = setTimeout(finish, heldFor);
  });
  for (const kind of ["pointerup", "pointercancel"]) {
    button.addEventListener(kind, () => {
      if (holding) say(button.dataset.more);
      letGo();
    });
  }

  // Keys and screen readers click without a pointer; a key that is kept down is one press.
  button.addEventListener("keydown", (event) => event.repeat && event.preventDefault());
  button.addEventListener("click", (event) => {
    if (event.detail || !may()) return;
    if (armed) return finish();
    armed = setTimeout(() => {
      relax();
      say();
    }, ARMED_FOR);
    say(button.dataset.again);
  });
  button.addEventListener("blur", relax);
}
