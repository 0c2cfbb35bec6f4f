// Each line tells what it came to; the same on every browser.
const lines: string[] = [];
const t = async (name: string, f: () => Promise<any>) => {
    try {
        const value = await f();
        lines.push(`${name}: ${typeof value === 'string' ? value : value === undefined ? 'ok' : JSON.stringify(value)}`);
    } catch (error) {
        lines.push(`${name}! ${error.message.replaceAll('\n', ' | ')}`);
    }
};
await t('visible', () => expect(page.getByLabel('Email')).toBeVisible());
await t('not visible', () => expect(page.locator('#nope')).not.toBeVisible());
await t('hidden', () => expect(page.locator('#nope')).toBeHidden());
await t('text fails', () => expect(page.locator('#nope')).toHaveText('x', { timeout: 200 }));
await t('value', async () => { await page.getByLabel('Email').fill('a@b.c'); await expect(page.getByLabel('Email')).toHaveValue('a@b.c'); });
await t('value re', () => expect(page.getByLabel('Email')).toHaveValue(/@b/));
await t('value wrong', () => expect(page.getByLabel('Email')).toHaveValue('x', { timeout: 100 }));
await t('role', () => expect(page.getByLabel('Email')).toHaveRole('textbox'));
await t('name', () => expect(page.getByLabel('Email')).toHaveAccessibleName('Email'));
await t('focused', async () => { await page.getByLabel('Email').focus(); await expect(page.getByLabel('Email')).toBeFocused(); });
await t('css', () => expect(page.locator('body')).toHaveCSS('display', 'block'));
await t('count', () => expect(page.getByRole('button')).not.toHaveCount(0));
await t('viewport', () => expect(page.getByLabel('Email')).toBeInViewport({ ratio: 1 }));
await t('title', () => expect(page).toHaveTitle('Workshop'));
await t('url', () => expect(page).toHaveURL(/workshop$/));
await t('evaluate', () => page.locator('form').evaluate((f, n) => f.elements.length + n, 100));
await t('evaluateAll', () => page.locator('button').evaluateAll((all, s) => all.map(b => b.textContent + s), '!'));
await t('evaluateAll with a handle', async () => page.locator('button').evaluateAll((all, form) => [all.length, form.tagName], await page.$('form')));
await t('handle', async () => { const h = await page.$('form'); return [String(h), await h!.evaluate(e => e.tagName), await page.evaluate(([a, b]) => a.tagName + b, [h, 1])]; });
await t('no handle', () => page.$('#nope'));
await t('$$', async () => (await page.$$('button')).length);
await t('$eval', () => page.$eval('button', b => b.textContent));
await t('page value', async () => {
    const v = await page.evaluate(() => { const o = { d: new Date(0), n: NaN, z: -0, big: 1n, u: undefined, re: /a/gi, e: new RangeError('far'), m: [1, , 2] }; o.me = o; return o; });
    return [v.d.getTime(), Number.isNaN(v.n), Object.is(v.z, -0), v.big === 1n, 'u' in v, String(v.re), v.e.name, v.e.message, v.m.length, v.me === v];
});
await t('page argument', () => page.evaluate(([d, re, big, u, set]) => [d.getTime(), re.flags, typeof big, typeof u, typeof set], [new Date(5), /x/m, 2n, undefined, new Set([1])]));
await t('statements', () => page.evaluate('var a = 1; a + 1'));
await t('body', () => page.evaluate(() => document.body));
await t('filter', () => page.getByRole('button').filter({ hasText: 'Order' }).innerText());
await t('viewportSize', async () => page.viewportSize());
await t('aria', () => page.locator('form').ariaSnapshot());
await t('aria match', () => expect(page.locator('form')).toMatchAriaSnapshot(`
  - textbox "Email": a@b.c
  - combobox /Coun/
  - button "Order"`));
await t('aria mismatch', () => expect(page.locator('form')).toMatchAriaSnapshot(`- textbox "Nope"`, { timeout: 100 }));
await t('poll', () => { let n = 0; return expect.poll(() => ++n).toBeGreaterThan(3); });
await t('toPass', () => { let n = 0; return expect(() => { if (++n < 3) throw new Error('no'); }).toPass(); });
await t('resolves', () => expect(Promise.resolve(3)).resolves.toBe(3));
await t('rejects', () => expect(Promise.reject(new Error('boo'))).rejects.toThrow('boo'));
await t('equal', async () => expect({ a: [1, { b: 2 }] }).toEqual({ a: [1, { b: expect.any(Number) }] }));
await t('equal wrong', async () => expect({ a: 1 }).toEqual({ a: 2 }));
await t('toThrow', async () => expect(() => { throw new TypeError('x') }).toThrow(TypeError));
await t('class', async () => { await page.locator('form').evaluate(f => { f.className = 'one two'; }); await expect(page.locator('form')).toHaveClass('one two'); await expect(page.locator('form')).toContainClass('two'); });
await t('jsprop', async () => { await page.locator('form').evaluate(f => { f.mine = { x: [1] }; }); await expect(page.locator('form')).toHaveJSProperty('mine', { x: [1] }); });
await t('dispatch', async () => { await page.locator('form').evaluate(f => f.addEventListener('zap', e => { f.dataset.z = e.type; })); await page.locator('form').dispatchEvent('zap'); return page.locator('form').getAttribute('data-z'); });
await t('selectText', async () => { await page.getByLabel('Email').selectText(); return page.evaluate(() => getSelection().toString()); });
await t('screenshot', async () => (await page.locator('form').screenshot()).bytes > 500);
await t('attached', () => expect(page.locator('form')).toBeAttached());
await t('strict', () => expect(page.locator('button')).toBeVisible());
await t('empty', () => expect(page.getByLabel('Password')).toBeEmpty());
await t('texts', () => expect(page.locator('option')).toContainText(['any', /^N/]));
await t('texts wrong', () => expect(page.locator('option')).toHaveText(['Germany'], { timeout: 50 }));
await t('changes later', async () => {
    await page.evaluate(() => setTimeout(() => { document.title = 'Later'; document.querySelector('h1')?.remove(); const p = document.createElement('p'); p.id = 'late'; p.textContent = 'Here'; document.body.append(p); }, 150));
    await expect(page).toHaveTitle('Later');
    await expect(page.locator('#late')).toHaveText('Here');
    return (await page.waitForSelector('#late')).textContent();
});
await t('frame', async () => {
    await page.evaluate(() => { const f = document.createElement('iframe'); f.srcdoc = '<p class=in>Inside <b>bold</b></p><p class=in>More</p>'; document.body.append(f); });
    const inside = page.frameLocator('iframe');
    await expect(inside.locator('.in')).toHaveCount(2);
    return [await inside.locator('.in').filter({ has: inside.locator('b') }).evaluate(p => p.textContent), await inside.locator('.in').evaluateAll(all => all.length)];
});
await t('frames', async () => {
    await page.evaluate(other => new Promise<void>(done => { const f = document.createElement('iframe'); f.name = 'other'; f.src = other; f.onload = () => done(); document.body.append(f); }), await page.evaluate(() => location.href.replace('127.0.0.1', 'localhost').replace('workshop', 'title/Foreign')));
    const [main, near, other] = page.frames();
    return [page.frames().length, main === page.mainFrame(), main === frame, near.url(), other.name(), /title.Foreign$/.test(other.url()), other === page.frame('other'), page.frame({ url: /Foreign/ }) === other, other.parentFrame() === main];
});
await t('in frames', async () => {
    const [, near, other] = page.frames();
    return [await near.evaluate(() => document.body.textContent), await other.title(), await other.evaluate(([a, e]) => a + e.tagName + location.pathname, ['h', await other.$('h1')]), await near.locator('.in').count(), await other.textContent('h1')];
});
await t('frame gone', async () => { const gone = page.frame('other')!; await page.evaluate(() => document.querySelector<HTMLIFrameElement>('[name=other]')!.remove()); return [gone.isDetached(), page.frame('other'), page.frames().length]; });
await t('soft', async () => { expect.soft(1).toBe(1); expect.soft({ a: 1 }).toMatchObject({}); });
await t('extend', async () => { const mine = expect.extend({ toBeEven: n => ({ pass: n % 2 === 0, message: () => `${n} is odd` }) }); mine(4).toBeEven(); mine(3).toBeEven(); });
await t('script tag', async () => { await page.addScriptTag({ content: 'window.added = 5' }); return page.evaluate(() => added); });
await t('style tag', async () => { await page.addStyleTag({ content: 'form { color: rgb(1, 2, 3) }' }); await expect(page.locator('form')).toHaveCSS('color', 'rgb(1, 2, 3)'); });
await t('setContent', async () => { await page.setContent('<p id=x>Set</p>'); return page.locator('#x').innerText(); });
lines.join('\n')
