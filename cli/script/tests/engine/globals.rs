//! What a script finds, and what it does not.

use crate::bench::Bench;

/// Runs a table of code and texts.
fn holds(table: &[(&str, &str)]) {
    let mut bench = Bench::new();
    for (code, text) in table {
        assert_eq!(bench.text(code), *text, "{code}");
    }
}

#[test]
fn buffers_have_the_usual_encodings() {
    holds(&[
        ("Buffer.from('hé🙂').toString('hex')", "68c3a9f09f9982"),
        ("Buffer.from('68c3a9', 'hex').toString()", "hé"),
        ("Buffer.from('aGk', 'base64').toString()", "hi"),
        ("Buffer.from('hi?>').toString('base64')", "aGk/Pg=="),
        ("Buffer.from('hi?>').toString('base64url')", "aGk_Pg"),
        ("Buffer.from('aGk_Pg', 'base64url').toString('latin1')", "hi?>"),
        ("Buffer.from('é', 'latin1').length", "1"),
        ("Buffer.from('hi', 'utf16le').toString('hex')", "68006900"),
        ("Buffer.from([0xff, 0xfe, 0x61]).toString()", "\u{fffd}\u{fffd}a"),
        ("Buffer.concat([Buffer.from('a'), Buffer.from('b')]).toString()", "ab"),
        ("Buffer.from('abc').slice(1).toString()", "bc"),
        ("Buffer.from('abc').equals(Buffer.from('abc'))", "true"),
        ("Buffer.alloc(4, 'ab').toString()", "abab"),
        ("Buffer.byteLength('é')", "2"),
        (
            "Buffer.isBuffer(Buffer.from('')) && Buffer.from('x') instanceof Uint8Array",
            "true",
        ),
        ("Buffer.from('hello').indexOf('ll')", "2"),
        (
            "[new TextEncoder().encode('é'), new TextDecoder().decode(new Uint8Array([0xc3, 0xa9]))]",
            r#"[[195,169],"é"]"#,
        ),
        (
            "try { new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([0xff])); } catch (e) { return e.name }",
            "TypeError",
        ),
        ("atob(btoa('hi'))", "hi"),
    ]);
}

#[test]
fn urls_are_those_of_the_standard() {
    holds(&[
        (
            "new URL('../c?q=1#h', 'http://u:p@exämple.com:8080/a/b').href",
            "http://u:p@xn--exmple-cua.com:8080/c?q=1#h",
        ),
        (
            "const u = new URL('http://a/'); u.searchParams.append('k', 'ä b&'); u.searchParams.set('l', '1'); u.href",
            "http://a/?k=%C3%A4+b%26&l=1",
        ),
        (
            "const v = new URL('http://a:81/x?y#z'); v.port = ''; v.hash = ''; v.pathname = '/p q'; v.protocol = 'https'; v.href",
            "https://a/p%20q?y",
        ),
        (
            "[...new URLSearchParams('a=1&b=%20+x&a=2')]",
            r#"[["a","1"],["b","  x"],["a","2"]]"#,
        ),
        ("new URLSearchParams({ a: 1, b: '~' }).toString()", "a=1&b=%7E"),
        ("URL.canParse('nope')", "false"),
        (
            "try { new URL('nope') } catch (error) { return error.message }",
            "Invalid URL: nope",
        ),
        ("new URL('http://a/b').origin", "http://a"),
    ]);
}

#[test]
fn timers_events_and_clones() {
    holds(&[
        (
            "const order = []; setTimeout(() => order.push(2), 5); setTimeout(() => order.push(1), 1); await new Promise(d => setTimeout(d, 10)); order",
            "[1,2]",
        ),
        (
            "let n = 0; await new Promise(done => { const id = setInterval(() => { if (++n === 3) { clearInterval(id); done() } }, 1) }); n",
            "3",
        ),
        (
            "const id = setTimeout(() => { throw 1 }, 1); clearTimeout(id); await new Promise(d => setTimeout(d, 5)); 'ok'",
            "ok",
        ),
        (
            "await new Promise((done, fail) => setTimeout((a, b) => done(a + b), 0, 1, 2))",
            "3",
        ),
        (
            "const c = new AbortController(); let seen; c.signal.addEventListener('abort', e => { seen = e.type }); c.abort(); [seen, c.signal.aborted, c.signal.reason.name]",
            r#"["abort",true,"AbortError"]"#,
        ),
        (
            "const s = AbortSignal.timeout(1); await new Promise(done => { s.onabort = done }); s.reason.name",
            "TimeoutError",
        ),
        (
            "const a = { d: new Date(0), m: new Map([[1, new Set([2])]]) }; a.self = a; const b = structuredClone(a); [b !== a, b.self === b, b.d.getTime(), [...b.m.get(1)]]",
            "[true,true,0,[2]]",
        ),
        (
            "try { structuredClone(() => 1) } catch (error) { return error.name }",
            "DataCloneError",
        ),
        (
            "/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID()) && crypto.randomUUID() !== crypto.randomUUID()",
            "true",
        ),
        ("await new Promise(done => queueMicrotask(() => done(1)))", "1"),
    ]);
}

#[test]
fn the_console_is_told_in_lines() {
    let mut bench = Bench::new();
    let ran = bench.ran("console.log('a', 1, { b: [2] }, undefined, null, 3n); console.warn('%s is %d%%', 'x', 5, 'more'); console.error(new Error('e')); console.group('g'); console.info('in'); console.groupEnd()");
    let lines: Vec<_> = ran
        .console
        .iter()
        .map(|line| (line.level.as_str(), line.text.as_str()))
        .collect();
    assert_eq!(
        lines,
        [
            ("log", "a 1 {\"b\":[2]} undefined null 3n"),
            ("warn", "x is 5% more"),
            ("error", "Error: e"),
            ("log", "g"),
            ("info", "  in"),
        ]
    );
}

#[test]
fn there_is_no_way_out() {
    holds(&[
        (
            "['require', 'process', 'module', 'std', 'os', 'Deno', 'Bun', 'scriptArgs', 'print', 'load'].filter(name => name in globalThis)",
            "[]",
        ),
        ("try { await import('fs'); } catch (error) { return 'no' }", "no"),
        (
            "typeof host + typeof exports + typeof waiting",
            "undefinedundefinedundefined",
        ),
        (
            "try { URL.prototype.toString = () => 'mine'; } catch (error) { return error.name }",
            "TypeError",
        ),
        (
            "try { Buffer.from.call = 1; } catch (error) { return error.name }",
            "TypeError",
        ),
        (
            "try { console.log = 1; } catch (error) { return error.name }",
            "TypeError",
        ),
        ("Function('return typeof host')()", "undefined"),
        (
            "(async () => {}).constructor('return typeof host')() instanceof Promise",
            "true",
        ),
    ]);
}
