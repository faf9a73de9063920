import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { verifyCode } from "../src/gate/offline/code.js";

const vectors = JSON.parse(readFileSync(new URL("../../tests/vectors/ticket_codes.json", import.meta.url)));
const fromHex = (hex) => Uint8Array.from(Buffer.from(hex, "hex"));
const keys = Object.fromEntries(Object.entries(vectors.public_keys).map(([id, hex]) => [id, fromHex(hex)]));

test("a code is read as the server reads it, in every case of the shared vectors", async () => {
  assert.ok(vectors.valid.length >= 8);
  for (const { name, text, key_id, event_number, ticket_id, generation } of vectors.valid) {
    const { raw, ...claim } = await verifyCode(text, keys);
    assert.deepEqual(claim, { keyId: key_id, event: event_number, ticketId: fromHex(ticket_id), generation }, name);
    assert.equal(raw.length, 79);
  }
});

test("what is refused by the server is refused here", async () => {
  assert.ok(vectors.refused.length >= 22);
  for (const { name, text } of vectors.refused) assert.equal(await verifyCode(text, keys), null, name);
});

test("each flipped bit of a code makes it nobody's", async () => {
  const signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const { code } = vectors.valid[0];
  for (let at = 0; at < code.length; at++) {
    for (let bit = 1; bit < 32; bit *= 2) {
      const other = signs[signs.indexOf(code[at]) ^ bit];
      assert.equal(await verifyCode(code.slice(0, at) + other + code.slice(at + 1), keys), null, `${at}/${bit}`);
    }
  }
});
