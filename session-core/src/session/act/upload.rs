//! Files for pages: given to a file input, or to the chooser that something opens.

use std::path::PathBuf;

use serde_json::json;

use super::{Done, press, release};
use crate::backend::Capability;
use crate::error::{Applied, Error, Kind, Result};
use crate::locator::Locator;
use crate::session::look::Onlooker;

impl Onlooker<'_> {
    /// Gives a file input files.
    pub(crate) async fn upload(&self, selector: &str, files: &[PathBuf]) -> Result<Done> {
        self.page_needs_input()?;
        let locator = Locator::parse(selector)?;
        for file in files {
            let found = std::fs::metadata(file).map_err(|error| Error::io("read", file, error))?;
            if found.is_dir() {
                return Err(Error::new(
                    Kind::Usage,
                    format!("`{}` is a folder, not a file", file.display()),
                ));
            }
        }
        let ready = self.do_to("files", &locator, &json!({ "count": files.len() })).await?;
        if ready.told.value == Some(json!("other")) {
            return self.upload_by_chooser(&locator, files).await;
        }
        let script = self.place(&ready.page, ready.frame.as_ref()).held();
        let input = ready.page.input()?;
        let _hand = self.hand(&ready.page);
        input.set_files(ready.frame.as_ref(), &script, files, self.call).await?;
        Ok(ready.done())
    }

    /// Clicks what opens a chooser of files, and gives that the files.
    async fn upload_by_chooser(&self, locator: &Locator, files: &[PathBuf]) -> Result<Done> {
        let (browser, _) = self.session.browser()?;
        browser.capabilities().require(Capability::FileChoosers)?;
        let waiting = self.session.uploads.wait(self.page().key(), files.to_vec());
        let click = |at| vec![at, press(), release()];
        let aim = json!({ "needs": { "enabled": true } });
        let ready = self.press_at(locator, &aim, click).await?;
        let given = self
            .call
            .bound("a chooser of files", async { Ok(waiting.given().await) });
        match given.await {
            Ok(true) => Ok(ready.done()),
            Ok(false) => {
                let message = format!("the chooser that `{locator}` opens takes one file");
                Err(Error::new(Kind::Usage, message).with_applied(Applied::Yes))
            }
            Err(error) if error.kind() == Kind::Timeout => {
                let message = format!("the element `{locator}` is no file input, and a click on it opened no chooser");
                Err(Error::new(Kind::Timeout, message).with_applied(Applied::Yes))
            }
            Err(error) => Err(error),
        }
    }
}
