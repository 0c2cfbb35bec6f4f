//! Data of a page, wherever the list that it is asked of begins.

use std::sync::Arc;

use super::look::Onlooker;
use crate::error::{Kind, Result};
use crate::extract::Raw;
use crate::injected::Extract;

impl Onlooker<'_> {
    /// Reads data of the page.
    pub(crate) async fn extract(&self, wanted: &Extract<'_>) -> Result<Raw> {
        match self.extract_once(wanted).await {
            // The document was replaced in the middle.
            Err(error) if error.kind() == Kind::Navigation => self.extract_once(wanted).await,
            extracted => extracted,
        }
    }

    async fn extract_once(&self, wanted: &Extract<'_>) -> Result<Raw> {
        let (page, frame) = match wanted.list.and_then(crate::locator::Locator::reference) {
            Some(number) => self.document_of(number).await?,
            None => (Arc::clone(&self.page), None),
        };
        self.place(&page, frame.as_ref()).extract(wanted, self.call).await
    }
}
