//! The files that scripts name: those of the workspace, and no others.

use std::os::unix::fs::symlink;

use crate::bench::Bench;

#[test]
fn scripts_reach_files_of_their_workspace_only() {
    let Some(bench) = Bench::new() else { return };
    let outside = tempfile::tempdir().unwrap();
    let secret = outside.path().join("secret.txt");
    std::fs::write(&secret, "secret").unwrap();
    std::fs::write(bench.path().join("mine.txt"), "mine").unwrap();
    symlink(outside.path(), bench.path().join("link")).unwrap();
    bench.done(&["open", &bench.url("/workshop"), "-s", "a"]);

    // A path is relative to the workspace, wherever the command was given.
    bench.done(&["exec", "await page.screenshot({ path: 'made/here.png' })"]);
    let image = std::fs::read(bench.path().join("made/here.png")).unwrap();
    assert!(image.starts_with(b"\x89PNG"));
    let put = "await page.evaluate(() => { const i = document.createElement('input'); i.type = 'file'; i.id = 'files'; document.body.prepend(i) });
        await page.setInputFiles('#files', 'mine.txt'); await page.evaluate(() => document.querySelector('#files').files[0].text())";
    assert_eq!(bench.done(&["exec", put]), "mine\n");

    let out = outside.path().join("out.png");
    let attempts = [
        format!("await page.screenshot({{ path: '{}' }})", out.display()),
        "await page.screenshot({ path: 'link/out.png' })".to_owned(),
        "await page.screenshot({ path: '../out.png' })".to_owned(),
        "await page.locator('h1').screenshot({ path: '.greenroom/sessions/a/state.json' })".to_owned(),
        format!("await page.setInputFiles('#files', '{}')", secret.display()),
        "await page.setInputFiles('#files', ['mine.txt', 'link/secret.txt'])".to_owned(),
        "await page.setInputFiles('#files', '.greenroom/sessions/a/state.json')".to_owned(),
    ];
    for code in &attempts {
        let told = bench.fails(4, &["exec", code]).stderr;
        assert!(told.contains("cannot reach"), "{code}: {told}");
    }
    assert!(!out.exists() && !bench.path().join("../out.png").exists());
    assert_eq!(bench.state("a")["session"], "a");
    let chosen = "await page.evaluate(() => [...document.querySelector('#files').files].map(file => file.name))";
    assert_eq!(bench.done(&["exec", chosen]), "[\"mine.txt\"]\n");
    bench.close_all();
}

#[test]
fn a_download_is_saved_where_a_script_says() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/title/Downloads"), "-s", "a"]);
    let code = |path: &str| {
        format!(
            "const [saved] = await Promise.all([page.waitForEvent('download'), \
             page.evaluate(() => {{ const a = document.createElement('a'); a.href = '/download/report.txt'; a.download = ''; \
             document.body.append(a); a.click() }})]); await saved.saveAs('{path}'); saved.suggestedFilename()"
        )
    };
    assert_eq!(bench.done(&["exec", &code("kept/report.txt")]), "report.txt\n");
    assert!(bench.path().join("kept/report.txt").metadata().unwrap().len() > 0);
    let told = bench.fails(4, &["exec", &code("/tmp/greenroom-escape.txt")]).stderr;
    assert!(told.contains("download.saveAs"), "{told}");
    assert!(!std::path::Path::new("/tmp/greenroom-escape.txt").exists());
    bench.close_all();
}
