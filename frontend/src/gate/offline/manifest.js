// The signed list of an event's tickets: fetched, verified and read. Its form is docs/adr/0027.
import { signOutIn } from "../server.js";
import { bytesOf, fromBase64, joined, sha256 } from "./bytes.js";
import { isSigned } from "./code.js";

const DOMAIN = bytesOf("eventhub-manifest-v1");
const DISPLAY = bytesOf("eventhub-display-v1");
const VERSION = 1;
const PATIENCE = 60_000; // the whole list of 20,000 over a weak network
export const NOT_YOURS = new Set([403, 404]); // as the server answers for a gate at which one works no more
const LOOKUP_BYTES = 12;
const NONCE_BYTES = 12;

// Fetches what has changed after `head` (the last one, or null for the whole list). Gives { list } or { trouble:
// "no_answer" | "signed_out" | "not_paired" | "not_yours" | "not_taken" | "unsigned" }.
export async function fetchList(url, head) {
  try {
    const response = await fetch(url + queryOf(head), {
      headers: { Accept: "application/json" },
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
    });
    const out = signOutIn(response);
    if (out) return { trouble: out };
    if (!response.ok) return { trouble: NOT_YOURS.has(response.status) ? "not_yours" : "not_taken" };
    const body = new Uint8Array(await response.arrayBuffer());
    const list = await readList(body, response.headers.get("X-Signature"));
    return list ? { list } : { trouble: "unsigned" };
  } catch {
    return { trouble: "no_answer" };
  }
}

// Of another point, or under another salt, the server sends the whole list.
function queryOf(head) {
  if (!head) return "";
  const { seq, cursor, at, salt } = head;
  return `?${new URLSearchParams({ after: seq, cursor, at: at ?? "", salt })}`;
}

// The list in these bytes, or null unless it is signed by one of the keys that it names. Whose keys these are, the
// connection vouches for; the signature says that nothing on the way cut or changed what our server wrote.
export async function readList(body, header) {
  const [, keyId, signature] = /^(\d{1,3})\.([\w-]{86})$/.exec(header ?? "") ?? [];
  if (!signature) return null;
  const list = JSON.parse(new TextDecoder().decode(body));
  const keys = keysOf(list);
  const key = list.version === VERSION && keys[keyId];
  if (!key) return null;
  return (await isSigned(fromBase64(signature), joined(DOMAIN, body), key)) ? list : null;
}

export function keysOf({ keys }) {
  return Object.fromEntries(Object.entries(keys).map(([id, key]) => [id, fromBase64(key)]));
}

// The text under which a ticket (8 bytes) stands on the list.
export async function lookupOf(ticketId, salt) {
  return (await sha256(salt, ticketId)).subarray(0, LOOKUP_BYTES);
}

// Who comes with the code (its 79 bytes): { n, o, w, p, g }, or null when it is not the code of this record.
export async function openSealed(sealed, raw, salt) {
  const secret = await sha256(DISPLAY, salt, raw);
  const key = await crypto.subtle.importKey("raw", secret, "AES-GCM", false, ["decrypt"]);
  const bytes = fromBase64(sealed);
  const algorithm = { name: "AES-GCM", iv: bytes.subarray(0, NONCE_BYTES) };
  try {
    const plain = await crypto.subtle.decrypt(algorithm, key, bytes.subarray(NONCE_BYTES));
    return JSON.parse(new TextDecoder().decode(plain));
  } catch {
    return null;
  }
}
