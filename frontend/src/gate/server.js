// Talks to the server. Whatever is not its own clear answer is no answer: a verdict is never guessed.
const PATIENCE = 8000;

export function freshId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

// Gives { answer } or { trouble: "no_answer" | "signed_out" | "not_taken", detail }.
export async function post(url, body) {
  const token = document.querySelector('meta[name="csrf-token"]').content;
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  return ask(url, { method: "POST", headers, body: JSON.stringify(body) });
}

export async function ask(url, { headers = {}, ...options } = {}) {
  try {
    const response = await fetch(url, {
      ...options,
      headers: { Accept: "application/json", ...headers },
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (response.type === "opaqueredirect") return { trouble: "signed_out" };
    if (response.status === 304) return { unchanged: true };
    const content = await response.json();
    const at = Date.parse(response.headers.get("Date"));
    if (response.ok) return { answer: content, etag: response.headers.get("ETag"), at };
    return { trouble: "not_taken", detail: content.detail ?? "" };
  } catch {
    return { trouble: "no_answer" };
  }
}
