// A question that is asked only sometimes appears when the answers before it ask for it. The server decides the same.

export function followAnswers(page) {
  const asked = [...page.querySelectorAll(".question")];
  if (!asked.some((question) => question.dataset.shownIf)) return;
  page.querySelectorAll(".only-if").forEach((words) => (words.hidden = true));
  const look = () => showAsked(asked);
  asked[0].closest("form").addEventListener("input", look);
  addEventListener("pageshow", look);
  look();
}

function showAsked(asked) {
  const known = new Map();
  for (const question of asked) {
    question.hidden = !isShown(question.dataset.shownIf, known);
    for (const control of question.querySelectorAll("[name]")) {
      if (!known.has(control.name)) known.set(control.name, []);
      if (!question.hidden) known.get(control.name).push(...said(control));
    }
  }
  for (const group of new Set(asked.map((question) => question.closest("fieldset.group")))) {
    group.hidden = asked.every((question) => !group.contains(question) || question.hidden);
  }
}

function said(control) {
  const isTick = control.type === "radio" || control.type === "checkbox";
  const text = control.value.trim().toLowerCase();
  return text && (!isTick || control.checked) ? [{ text, isWhole: isTick }] : [];
}

function isShown(condition, known) {
  if (!condition) return true;
  const { match, tests } = JSON.parse(condition);
  const results = tests.map((test) => test.holds ?? holds(test, known.get(test.name) ?? []));
  return match === "all" ? results.every(Boolean) : results.some(Boolean);
}

function holds({ relation, value }, answers) {
  if (relation === "answered") return answers.length > 0;
  const wanted = value.toLowerCase();
  const isIn = relation === "contains";
  const found = answers.some(({ text, isWhole }) => (isIn && !isWhole ? text.includes(wanted) : text === wanted));
  return found && (isIn || answers.length === 1);
}
