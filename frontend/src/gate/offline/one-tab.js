// One tab of a gate keeps scans: two would each judge by what it has seen itself.
const PATIENCE = 3000; // a page that is opened again may come before the old one has gone

// Gives whether this tab is the one now; `taken` is called when it becomes the one later, as the other was closed.
// Browsers without locks can't tell.
export async function isOnlyTab(gate, taken, locks = globalThis.navigator?.locks, patience = PATIENCE) {
  if (!locks) return true;
  let isLater = false;
  const held = new Promise((resolve, reject) => {
    const hold = () => {
      if (isLater) taken();
      resolve(true);
      return new Promise(() => {}); // until the page is closed
    };
    locks.request(`gate ${gate}`, hold).catch(reject);
  });
  const late = new Promise((resolve) => setTimeout(resolve, patience, false));
  const isFirst = await Promise.race([held, late]);
  isLater = !isFirst;
  return isFirst;
}
