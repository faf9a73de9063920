// Scanners that type: a burst of keys and Enter, faster than any hand, wherever the focus is.
const FASTEST_HAND = 60;
const SHORTEST_CODE = 20;
const SIGNS = { Slash: "/", Semicolon: ":", Period: ".", Minus: "-" };

// By the key's place, not its letter: with a Russian layout the scanner's A would arrive as Ф.
export function signOf(code) {
  const [, letter] = /^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(code) ?? [];
  return letter ?? SIGNS[code] ?? "";
}

export function listenToWedges(onCode) {
  let burst = "";
  let typed = "";
  let last = 0;
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      if (event.timeStamp - last > FASTEST_HAND) [burst, typed] = ["", ""];
      last = event.timeStamp;
      if (event.key === "Enter" && burst.length >= SHORTEST_CODE) {
        event.preventDefault();
        event.stopPropagation();
        takeOut(event.target, typed);
        onCode(burst);
        burst = "";
      } else if (event.key.length === 1) {
        burst += signOf(event.code);
        typed += event.key;
      }
    },
    { capture: true },
  );
}

function takeOut(field, typed) {
  if (field instanceof HTMLInputElement && field.value.endsWith(typed)) {
    field.value = field.value.slice(0, -typed.length);
  }
}
