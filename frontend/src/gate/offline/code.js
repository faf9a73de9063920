// Ticket codes, read and verified as eventhub/tickets/signing.py does; tests/vectors/ticket_codes.json holds both to it.
import { verifyAsync } from "@noble/ed25519";
import { bytesOf, joined } from "./bytes.js";

const VERSION = 1;
const PAYLOAD = 15; // 1 version, 1 key id, 4 event, 8 ticket id, 1 generation
const DOMAIN = bytesOf("eventhub-ticket-v1");
const LONGEST_TEXT = 512;
const TEXT = /^(?:HTTPS?:\/\/[^/?#]+\/T\/)?([A-Z2-7]{127})\/?(?:[?#].*)?$/;
const NOT_ASCII = /[^\0-\x7f]/;
const SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

// Gives { keyId, event, ticketId, generation, raw } of a code or an address that holds one, not yet verified; null for
// any other text. Either letter case and white space anywhere are fine.
export function readCode(text) {
  if (text.length > LONGEST_TEXT || NOT_ASCII.test(text)) return null;
  // Upper-casing comes after the ASCII check: some foreign letters would become ours.
  const [, code] = TEXT.exec(text.replace(/[\s\x1c-\x1f]/g, "").toUpperCase()) ?? [];
  const raw = code && decoded(code);
  if (!raw || raw[0] !== VERSION) return null;
  const event = new DataView(raw.buffer).getUint32(2);
  return { keyId: raw[1], event, ticketId: raw.slice(6, 14), generation: raw[14], raw };
}

// The claim of a code that one of the keys (bytes by id) has signed, else null.
export async function verifyCode(text, keys) {
  const claim = readCode(text);
  const key = claim && keys[claim.keyId];
  if (!key) return null;
  const message = joined(DOMAIN, claim.raw.subarray(0, PAYLOAD));
  return (await isSigned(claim.raw.subarray(PAYLOAD), message, key)) ? claim : null;
}

// Strict: of the two forms a signature can have, the one that signing gives.
export async function isSigned(signature, message, key) {
  try {
    return await verifyAsync(signature, message, key, { zip215: false });
  } catch {
    return false;
  }
}

// 127 characters carry three bits too many; unless they are zero, eight texts would be the same ticket.
function decoded(code) {
  const raw = new Uint8Array(79);
  let [bits, value, at] = [0, 0, 0];
  for (const sign of code) {
    value = ((value << 5) | SIGNS.indexOf(sign)) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    raw[at++] = value >> bits;
  }
  return value & ((1 << bits) - 1) ? null : raw;
}
