// The page of this gate is kept for a start without network, with all that it is made of.
export async function keepForOffline({ keeper, shell }) {
  try {
    await navigator.serviceWorker?.register(keeper, { scope: "/gate/" });
    const { active } = (await navigator.serviceWorker?.ready) ?? {};
    if (navigator.onLine) active?.postMessage({ page: location.pathname, shell });
  } catch {
    // Where the browser allows no such thing, the page still works as long as it is open.
  }
}
