// A service worker that answers one address itself and fetches the others.
console.log('service worker first line');
addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('fetch', (event) => {
  if (new URL(event.request.url).pathname !== '/sw/made-here.json') return;
  console.log('service worker answers');
  event.respondWith(
    fetch('/api/items.json?from=service-worker').then(() => new Response('{"from":"service worker"}')),
  );
});
