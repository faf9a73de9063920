// Things in a list are put elsewhere by pointer: what is let go is sent as so many steps, like the buttons beside it.

export function orderByDragging(page) {
  for (const grip of page.querySelectorAll("[data-grip]")) {
    grip.hidden = false;
    grip.addEventListener("pointerdown", (event) => event.button === 0 && drag(grip, event));
  }
}

function drag(grip, { pointerId }) {
  const item = grip.closest("[data-item]");
  const list = item.parentElement;
  const before = others(list);
  const old = before.indexOf(item);
  const end = new AbortController();
  const on = (name, deed) => grip.addEventListener(name, deed, { signal: end.signal });
  grip.setPointerCapture(pointerId);
  item.classList.add("dragged");

  const finish = () => {
    end.abort();
    item.classList.remove("dragged");
  };
  const takeBack = () => {
    finish();
    item.before(...before.slice(0, old));
    item.after(...before.slice(old + 1));
  };
  on("pointermove", ({ clientY }) => follow(item, list, clientY));
  on("pointercancel", takeBack);
  on("pointerup", () => {
    finish();
    const steps = others(list).indexOf(item) - old;
    if (steps) send(item, steps);
  });
  addEventListener("keydown", ({ key }) => key === "Escape" && takeBack(), { signal: end.signal });
}

const others = (list) => [...list.children].filter((one) => one.matches("[data-item]"));

// Past the middle of its neighbour it takes that one's place. The neighbour is what moves: an element that is taken out
// of the page and put back loses the pointer.
function follow(item, list, y) {
  const items = others(list);
  const at = items.indexOf(item);
  const middle = (one) => one.getBoundingClientRect().top + one.offsetHeight / 2;
  if (items[at - 1] && y < middle(items[at - 1])) item.after(items[at - 1]);
  else if (items[at + 1] && y > middle(items[at + 1])) item.before(items[at + 1]);
}

function send(item, steps) {
  const form = item.querySelector("form[data-move]");
  form.action = form.dataset.move;
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name: "steps", value: steps });
  form.append(field);
  form.requestSubmit();
}
