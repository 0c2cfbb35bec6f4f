// What each of these comes to is in routes.txt.
const told = (name, value) => console.log(name, JSON.stringify(value));
const get = url => page.evaluate(url => fetch(url).then(async r => [r.status, r.headers.get('content-type'), await r.text()], e => e.name), url);
const echo = init => page.evaluate(init => fetch('/echo', init).then(r => r.json()).then(e => [e.method, e.headers['x-added'] ?? null, e.body]), init);
const fails = async promise => promise.then(value => ['no error', value], error => error.message.split('\n')[0]);

// Answers of our own.
await page.route('**/made/*', route => route.fulfill({ status: 201, contentType: 'text/plain', body: 'näive' }));
told('fulfilled', await get('/made/a'));
await page.route('**/made/json', (route, request) => route.fulfill({ json: { method: request.method(), at: [1, null] } }));
told('the newest first', await get('/made/json'));
await page.route('**/made/bytes', route => route.fulfill({ headers: { 'Content-Type': 'text/x-bytes' }, body: Buffer.from([104, 105]) }));
told('bytes', await get('/made/bytes'));
told('both', await page.route('**/made/both', async route => {
    told('refused', await fails(route.fulfill({ json: 1, body: '' })));
    await route.fulfill();
}).then(() => get('/made/both')));

// Patterns.
await page.route(/\/numbers\/\d+$/, route => route.fulfill({ body: 'a number' }));
await page.route(url => url.pathname === '/exactly', route => route.fulfill({ body: url_of(route) }));
function url_of(route) { return route.request().url().replace(/.*\//, ''); }
told('expression', await get('/numbers/12'));
told('predicate', await get('/exactly'));

// Failing.
await page.route('**/gone', route => route.abort());
await page.route('**/refused', route => route.abort('connectionrefused'));
told('aborted', [await get('/gone'), await get('/refused')]);
let tried;
const twice = new Promise(done => { tried = done; });
await page.route('**/wrong', async route => {
    told('reason', await fails(route.abort('because')));
    await route.abort();
    tried(await fails(route.continue()));
});
told('then', await get('/wrong'));
told('twice', await twice);

// Going on, changed.
await page.route('**/echo', route => route.continue({ method: 'PUT', headers: { ...route.request().headers(), 'x-added': 'yes' } }), { times: 1 });
told('changed', await echo({ method: 'POST', body: 'asked' }));
told('once', await echo({ method: 'POST', body: 'asked' }));
await page.route('**/echo', async route => route.fallback({ headers: { ...route.request().headers(), 'x-added': 'first' } }));
told('fallen back', await echo({}));
await page.route('**/echo', route => {
    told('seen', route.request().headers()['x-added'] ?? 'nothing');
    return route.fallback({ headers: { ...route.request().headers(), 'x-added': 'second' } });
});
told('twice fallen back', await echo({}));
await page.unroute('**/echo');
told('unrouted', await echo({}));

// The context's come after the page's, and hold for every page.
await context.route('**/made/a', route => route.fulfill({ body: 'the context' }));
told('the page before', await get('/made/a'));
const other = await context.newPage();
await context.route('**/elsewhere', route => route.fulfill({ contentType: 'text/html', body: '<title>Elsewhere</title><h1>Made</h1>' }));
const response = await other.goto(new URL('/elsewhere', page.url()).href);
told('a document', [response.status(), await other.title(), await other.locator('h1').textContent()]);
told('navigation', await fails(other.goto(new URL('/gone', page.url()).href).then(() => 'it has no such route')));
await other.route('**/never', route => route.abort());
told('aborted navigation', (await fails(other.goto(new URL('/never', page.url()).href))).startsWith('page.goto:'));
await other.close();
await page.unrouteAll();
told('the context then', await get('/made/a'));

// What the server says, made into something else.
await page.route('**/api/items.json', async route => {
    const response = await route.fetch();
    const items = await response.json();
    await route.fulfill({ response, json: { count: Array.isArray(items) ? items.length : Object.keys(items).length } });
});
told('patched', (await get('/api/items.json'))[2].replace(/\d+/, 'so many'));
await page.route('**/echo', async route => route.fulfill({ response: await route.fetch({ method: 'PUT', postData: 'other', headers: { 'x-added': 'here' } }) }));
told('fetched', await echo({ method: 'POST', body: 'asked' }));
await page.unrouteAll();

// Other origins, which are asked first.
await page.route('http://cross.test/**', route => route.fulfill({ json: [1], headers: { 'access-control-allow-origin': '*' } }));
told('cross', await page.evaluate(() => fetch('http://cross.test/', { method: 'POST', headers: { 'x-y': 'z' } }).then(r => r.text(), e => e.name)));

// What redirects lead to is not routed; the request itself is.
const routed = [];
await page.route('**/redirect*/**', route => { routed.push(route.request().url().replace(/.*\/\/[^/]*/, '')); return route.continue(); });
told('redirected', [(await get('/redirect/2'))[0], routed]);

// The request of a route has its answer, and the events.
const events = [];
page.on('requestfinished', request => events.push(request.url().replace(/.*\//, '')));
const answered = page.waitForResponse('**/numbers/1');
await page.route('**/numbers/1', route => route.fulfill({ status: 202, contentType: 'text/plain', body: 'one' }), { times: 1 });
await get('/numbers/1');
const answer = await answered;
told('answered', [answer.status(), await answer.text(), answer.request().method()]);
