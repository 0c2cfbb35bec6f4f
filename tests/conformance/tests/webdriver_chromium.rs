//! The suite on Chromium behind its driver.

mod setup;

use setup::webdriver::{WebDriver, backend};

#[tokio::test]
async fn chromium_conforms() {
    if setup::is_here(&backend(), "chromium").await {
        setup::conforms(&WebDriver::new("chromium").await).await;
    }
}
