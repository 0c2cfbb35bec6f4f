//! The suite on browsers behind drivers that are started for them.

#[path = "../real/mod.rs"]
mod real;
mod setup;

use setup::{WebDriver, backend};

async fn browser_conforms(browser: &'static str) {
    if real::is_here(&backend(), browser).await {
        real::conforms(&WebDriver::new(browser).await).await;
    }
}

#[tokio::test]
async fn chromium_conforms() {
    browser_conforms("chromium").await;
}

#[tokio::test]
async fn firefox_conforms() {
    browser_conforms("firefox").await;
}

#[tokio::test]
async fn webkit_conforms() {
    browser_conforms("webkit").await;
}
