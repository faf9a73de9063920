// Scanners that type: keys and Enter, wherever the focus is. Told from a hand by what they type or how fast.
const PAUSE = 1000;
const FAST = 35;
const SHORTEST = 8;
const OUR_CODE = /[A-Z2-7]{127}$/;
const SIGNS = { Slash: "/", Semicolon: ":", Period: ".", Minus: "-" };

// By the key's place, not its letter: with a Russian layout the scanner's A would arrive as Ф.
function signOf({ code, key }) {
  const [, letter] = /^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(code) ?? [];
  return letter ?? SIGNS[code] ?? key;
}

export function listenToWedges(onCode) {
  let burst = "";
  let began = 0;
  let last = 0;
  let before = "";

  function take(event) {
    if (!burst || event.timeStamp - last > PAUSE) [burst, began, before] = ["", event.timeStamp, event.target.value];
    burst += signOf(event);
    last = event.timeStamp;
  }

  function finish(event) {
    const code = burst;
    burst = "";
    const field = event.target instanceof HTMLInputElement ? event.target : null;
    const isFast = code.length >= SHORTEST && (last - began) / code.length < FAST;
    const isForeignCode = isFast && (!field || /[0-9:]/.test(code)); // a quick hand writes names
    if (!OUR_CODE.test(code) && !isForeignCode) return;
    event.preventDefault();
    event.stopPropagation();
    if (field) field.value = before;
    onCode(code);
  }

  document.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      if (event.key === "Enter") finish(event);
      else if (event.key.length === 1) take(event);
    },
    { capture: true },
  );
}
