// Talks to the server. Whatever is not its own clear answer is no answer: a verdict is never guessed.
export const PATIENCE = 8000;
const LATE = new Set(["TimeoutError", "AbortError"]); // browsers call the end of patience either

export function freshId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

const listeners = new Set();

// `listener` is called with each answer, whatever was asked, that says who works here no more: "signed_out" (a person) or
// "not_paired" (a phone).
export function onSignedOut(listener) {
  listeners.add(listener);
}

// That word, or null for any other answer.
export function signOutIn({ type, status }) {
  const word = type === "opaqueredirect" ? "signed_out" : status === 401 ? "not_paired" : null;
  if (word) for (const listener of listeners) listener(word);
  return word;
}

export const isLate = (error) => LATE.has(error?.name);

// Gives { answer } or { trouble: "no_answer" | "signed_out" | "not_taken", detail, isLate, isDown }: `isLate` when
// patience ended, `isDown` when the server did not decide anything; `took` is how many ms an answer of its took.
export async function post(url, body, options = {}) {
  const result = await postOnce(url, body, options);
  // A page that was kept, or open for days, has no form token that is good today.
  if (result.status !== 403 || !(await renewToken())) return result;
  return postOnce(url, body, options);
}

const token = () => document.querySelector('meta[name="csrf-token"]');

function postOnce(url, body, options) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token().content };
  return ask(url, { ...options, method: "POST", headers, body: JSON.stringify(body) });
}

async function renewToken() {
  try {
    const response = await fetch(location.pathname, { redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector('meta[name="csrf-token"]')?.content;
    if (!response.ok || !fresh) return false;
    token().content = fresh;
    return true;
  } catch {
    return false;
  }
}

// In ms; of an answer that can be conditional some servers say it twice.
const momentOf = ({ headers }) => Date.parse((headers.get("Date") ?? "").slice(0, "Mon, 01 Mar 2027 09:00:00 GMT".length));

export async function ask(url, { headers = {}, patience = PATIENCE, ...options } = {}) {
  const sent = performance.now();
  const took = () => performance.now() - sent;
  try {
    const response = await fetch(url, {
      ...options,
      headers: { Accept: "application/json", ...headers },
      redirect: "manual",
      signal: AbortSignal.timeout(patience),
    });
    if (signOutIn(response) === "signed_out") return { trouble: "signed_out", took: took() };
    const { status } = response;
    const at = momentOf(response);
    if (status === 304) return { unchanged: true, at, took: took() };
    const content = await response.json();
    if (response.ok) return { answer: content, etag: response.headers.get("ETag"), at, took: took() };
    const isDown = status >= 500 || status === 429;
    return { trouble: "not_taken", detail: content.detail ?? "", status, isDown, took: isDown ? undefined : took() };
  } catch (error) {
    return { trouble: "no_answer", isDown: true, isLate: isLate(error) };
  }
}
