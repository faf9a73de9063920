// Keeps the scanner's page of each gate that this phone opened, and what it is made of. Served as /gate/sw.js, for
// /gate/ alone. The kept page names nobody; whatever else the gate shows is never kept.

const CACHE = "gate-1";
const PATIENCE_MS = 2000;
const PAGE = /^\/gate\/[\w-]+$/;
const SHELL = /^\/gate\/[\w-]+\/shell$/;
const ASSET = /^\/static\/dist\/[\w.-]+$/;
const DECODER = "/gate/decoder.js";
const START = "/gate/";

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("message", (event) => event.waitUntil(heed(event.data).catch(() => {})));
addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (ASSET.test(pathname)) event.respondWith(keptFirst(request));
  else if (pathname === DECODER) event.respondWith(networkFirst(request, DECODER));
  else if (request.mode === "navigate" && pathname === START) event.respondWith(start(request));
  else if (request.mode === "navigate" && PAGE.test(pathname)) event.respondWith(networkFirst(request, `${pathname}/shell`));
});

let isScreen = false; // people themselves stand at this phone: the kept scanner would be a way out

async function heed({ shell, screen = false }) {
  isScreen = screen;
  if (screen) await dropShells();
  else await keep({ shell });
}

async function dropShells() {
  const cache = await caches.open(CACHE);
  for (const { url } of await cache.keys()) {
    const { pathname } = new URL(url);
    if (SHELL.test(pathname)) await cache.delete(pathname);
  }
}

// The page with all that it names first, then what no kept page names any more is thrown away.
async function keep({ shell }) {
  if (!SHELL.test(shell)) return;
  const cache = await caches.open(CACHE);
  const answer = await fetch(shell, { redirect: "error" });
  if (!answer.ok) return cache.delete(shell);
  const named = await assetsOf(await answer.clone().text(), cache);
  if (isScreen) return;
  await cache.delete(shell); // put again it is the newest: the app starts with it
  await cache.put(shell, answer);
  await cache.add(DECODER);
  await forgetOthers(cache, named);
}

async function assetsOf(page, cache) {
  const named = new Set(page.match(/\/static\/dist\/[\w.-]+/g));
  for (const path of named) {
    if (!(await cache.match(path))) await cache.add(path);
    if (path.endsWith(".css")) for (const font of await fontsOf(path, cache)) named.add(font);
  }
  return named;
}

async function fontsOf(path, cache) {
  const style = await (await cache.match(path)).text();
  return [...style.matchAll(/url\(["']?([^"')]+)/g)]
    .map(([, address]) => new URL(address, new URL(path, location.origin)).pathname)
    .filter((one) => ASSET.test(one));
}

async function forgetOthers(cache, named) {
  for (const { url } of await cache.keys()) {
    const { pathname } = new URL(url);
    if (!SHELL.test(pathname)) continue;
    for (const one of await assetsOf(await (await cache.match(pathname)).text(), cache)) named.add(one);
  }
  for (const request of await cache.keys()) {
    const { pathname } = new URL(request.url);
    if (ASSET.test(pathname) && !named.has(pathname)) await cache.delete(request);
  }
}

async function keptFirst(request) {
  return (await caches.match(new URL(request.url).pathname, { cacheName: CACHE })) ?? fetch(request);
}

// In time from the server, else as it was kept; where nothing was, the server is waited for.
async function networkFirst(request, path) {
  const answer = fetch(request);
  const kept = await caches.match(path, { cacheName: CACHE });
  if (!kept) return answer;
  const usable = answer.then((response) => (response.status < 500 ? response : kept));
  return Promise.race([usable.catch(() => kept), after(PATIENCE_MS).then(() => kept)]);
}

// The app begins at the choice of gates; without network at the gate that was opened last.
async function start(request) {
  const answer = fetch(request);
  const kept = await (await caches.open(CACHE)).keys();
  const shell = kept.map(({ url }) => new URL(url).pathname).findLast((path) => SHELL.test(path));
  if (!shell) return answer;
  const gate = () => Response.redirect(shell.replace(/\/shell$/, ""));
  return Promise.race([answer.catch(gate), after(PATIENCE_MS).then(gate)]);
}

function after(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
