// Keeps tickets that were opened, and what they are drawn with. Served as /t/sw.js, for /t/ alone.

const CACHE = "tickets-1";
const PATIENCE_MS = 2000;
const TICKET = /^\/t\/[A-Za-z0-9]+(\/qr\.(svg|png))?$/;
const ASSET = /^\/static\/dist\//;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("message", (event) => event.waitUntil(keep(event.data)));
addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin) return;
  if (ASSET.test(pathname)) event.respondWith(keptFirst(event.request));
  if (TICKET.test(pathname)) event.respondWith(networkFirst(event.request));
});

// Only a ticket's own page asks to be kept: the crew's verdict under the same address never does.
async function keep({ page, assets }) {
  const cache = await caches.open(CACHE);
  const wanted = assets.map((address) => new URL(address)).filter(isOurs).map(({ pathname }) => pathname);
  await Promise.all([page, ...wanted].map((path) => cache.add(path).catch(() => {})));
}

function isOurs({ origin, pathname }) {
  return origin === location.origin && (ASSET.test(pathname) || TICKET.test(pathname));
}

async function keptFirst(request) {
  return (await caches.match(request, { cacheName: CACHE })) ?? fetch(request);
}

async function networkFirst(request) {
  const answer = fetch(request);
  const kept = await caches.match(request, { cacheName: CACHE });
  if (!kept) return answer;
  const usable = answer.then((response) => (response.status < 500 ? response : kept));
  return Promise.race([usable.catch(() => kept), after(PATIENCE_MS).then(() => kept)]);
}

function after(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
