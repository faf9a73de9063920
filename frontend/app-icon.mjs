// The icon of the installed scanner: favicon.svg as a PNG, drawn here because no tool of the build draws.
import { deflateSync } from "node:zlib";

const BLUE = [0x33, 0x51, 0xd1, 255];
const WHITE = [255, 255, 255, 255];
const NOTHING = [0, 0, 0, 0];
const SAMPLES = [0.125, 0.375, 0.625, 0.875];

// A square PNG of so many pixels.
export function drawIcon(size) {
  const rows = Buffer.alloc(size * (1 + size * 4));
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) rows.set(pixel(x, y, 32 / size), y * (1 + size * 4) + 1 + x * 4);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 6, 0, 0, 0], 8);
  const mark = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const parts = { IHDR: head, IDAT: deflateSync(rows, { level: 9 }), IEND: Buffer.alloc(0) };
  return Buffer.concat([mark, ...Object.entries(parts).map(([name, content]) => chunk(name, content))]);
}

function pixel(x, y, scale) {
  const sum = [0, 0, 0, 0];
  for (const down of SAMPLES) {
    for (const right of SAMPLES) {
      const [red, green, blue, alpha] = colour((x + right) * scale, (y + down) * scale);
      sum[0] += (red * alpha) / 255;
      sum[1] += (green * alpha) / 255;
      sum[2] += (blue * alpha) / 255;
      sum[3] += alpha;
    }
  }
  const covered = sum[3] / 255 || 1;
  return [sum[0] / covered, sum[1] / covered, sum[2] / covered, sum[3] / SAMPLES.length ** 2].map(Math.round);
}

// In the 32 by 32 of favicon.svg: a ticket with two notches, a ring and a dot on it.
function colour(x, y) {
  if (!isInTicket(x, y)) return NOTHING;
  const fromRing = Math.abs(Math.hypot(x - 16, y - 16) - 6.5);
  return fromRing <= 1 || Math.hypot(x - 20.6, y - 11.4) <= 2.6 ? WHITE : BLUE;
}

function isInTicket(x, y) {
  const [beyondX, beyondY] = [Math.max(0, Math.abs(x - 16) - 10), Math.max(0, Math.abs(y - 16) - 8)];
  return Math.hypot(beyondX, beyondY) <= 4 && Math.hypot(Math.abs(x - 16) - 14, y - 16) > 3.5;
}

function chunk(name, content) {
  const named = Buffer.concat([Buffer.from(name, "latin1"), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

function crc32(bytes) {
  let rest = 0xffffffff;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  }
  return (rest ^ 0xffffffff) >>> 0;
}
