//! The suite on Firefox behind its driver.

mod setup;

use setup::webdriver::{WebDriver, backend};

#[tokio::test]
async fn firefox_conforms() {
    if setup::is_here(&backend(), "firefox").await {
        setup::conforms(&WebDriver::new("firefox").await).await;
    }
}
