// A dedicated worker: logs, fetches, and tells its page.
console.log('worker first line');
onmessage = async (event) => {
  const answer = await fetch('/api/items.json?from=worker');
  const items = await answer.json();
  console.log('worker fetched', items.length);
  postMessage(`${event.data} ${items.length}`);
};
