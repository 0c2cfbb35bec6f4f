// A shared worker: one for all pages of the origin.
console.log('shared worker first line');
let clients = 0;
onconnect = (event) => {
  const [port] = event.ports;
  clients += 1;
  port.onmessage = async (message) => {
    const answer = await fetch('/api/items.json?from=shared-worker');
    const items = await answer.json();
    console.log('shared worker fetched', items.length);
    port.postMessage(`${message.data} ${items.length} client ${clients}`);
  };
};
