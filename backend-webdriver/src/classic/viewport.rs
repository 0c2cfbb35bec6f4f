//! The size of the viewport: that of the window less what is around it, measured and set until it is right.

use std::sync::Arc;
use std::time::Duration;

use greenroom_session_core::backend::Size;
use greenroom_session_core::{Applied, Error, Kind, Result};
use serde_json::Value;
use tokio::time::sleep;

use super::command::Command;
use super::error::Native;
use super::page::ClassicPage;

const DOING: &str = "set the viewport";

/// How often the window is asked to be of another size.
const TRIES: usize = 4;

/// How long a window takes at most to be of another size, and how often that is looked at.
const LOOKS: u32 = 20;
const BETWEEN: Duration = Duration::from_millis(10);

/// The viewport's size, and the window's.
const MEASURE: &str = "return [innerWidth, innerHeight, outerWidth, outerHeight]";

type Sizes = [i64; 4];

impl ClassicPage {
    /// Gives the viewport that size.
    pub(crate) async fn resize(self: &Arc<Self>, size: Size) -> Result<()> {
        let wanted = (i64::from(size.width), i64::from(size.height));
        let mut sizes = self.sizes().await?;
        for _ in 0..TRIES {
            let [width, height, outer_width, outer_height] = sizes;
            if (width, height) == wanted {
                return Ok(());
            }
            let around = (outer_width - width, outer_height - height);
            let resize = Command::resize(wanted.0 + around.0, wanted.1 + around.1);
            self.ask(resize).await.map_err(|native| native.into_error(DOING))?;
            sizes = self.settled(wanted).await?;
        }
        let [width, height, ..] = sizes;
        if (width, height) == wanted {
            return Ok(());
        }
        let message =
            format!("failed to {DOING}: the browser's window gives a page {width}x{height} instead of {size}");
        Err(Error::new(Kind::Usage, message)
            .with_applied(Applied::Yes)
            .with_hint("greenroom open URL --viewport 1280x720    # sizes that its window can have"))
    }

    /// The sizes when they are as wanted, or after a while.
    async fn settled(self: &Arc<Self>, wanted: (i64, i64)) -> Result<Sizes> {
        let mut sizes = self.sizes().await?;
        for _ in 0..LOOKS {
            if (sizes[0], sizes[1]) == wanted {
                break;
            }
            sleep(BETWEEN).await;
            sizes = self.sizes().await?;
        }
        Ok(sizes)
    }

    async fn sizes(self: &Arc<Self>) -> Result<Sizes> {
        let answer = self.ask(Command::execute(MEASURE.to_owned())).await;
        let sizes = answer.and_then(|answer: Value| {
            serde_json::from_value(answer).map_err(|error| Native::Malformed(error.to_string()))
        });
        sizes.map_err(|native| native.into_error(DOING))
    }
}
