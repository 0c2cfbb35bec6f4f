//! Files for file inputs: the driver is given their paths as if they were typed.
//!
//! An element is known to the driver in the document that it stands in only, so that one in a frame of the same origin is
//! handed over to that frame first.

use std::path::PathBuf;
use std::sync::Arc;

use greenroom_session_core::backend::{Capability, FrameKey, Script};
use greenroom_session_core::{Applied, Call, Error, Kind, Result};
use serde_json::{Value, json};

use super::command::{Command, ELEMENT};
use super::evaluate::{self, FAILED, called, path};
use super::evaluate_on::handed_name;
use super::page::ClassicPage;

const DOING: &str = "give the page files";

/// What becomes of the element, if one is there: what it holds is taken away, since the driver would add to it; and it is answered, or handed
/// over to the window that it is in.
const TELL: &str = "if (!element || !element.isConnected) return 'nobody'; \
    if (!isKept) Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(element, ''); \
    if (isOver) for (const type of ['input', 'change']) element.dispatchEvent(new Event(type, { bubbles: true })); \
    if (element.ownerDocument === document) return element; \
    element.ownerDocument.defaultView[name] = element; return 'inside'; \
    } catch (error) { return failed(error); } })()";

impl ClassicPage {
    /// Gives the file input that the function answers files.
    pub(super) async fn give_files(
        self: &Arc<Self>,
        frame: Option<&FrameKey>,
        script: &Script,
        files: &[PathBuf],
        call: &Call,
    ) -> Result<()> {
        let text = paths(files)?;
        let outer = frame.map(path).unwrap_or_default();
        let name = handed_name();
        let body = format!(
            "{FAILED}return (async () => {{ try {{ const [element] = await {}; const name = {}; const isOver = {}; \
             const isKept = element && element.files.length === 0; {TELL}",
            called(script),
            json!(name),
            files.is_empty(),
        );
        let answer = self.execute(&outer, body, call).await?;
        let (at, element) = match &answer {
            Value::String(text) if text == "inside" => {
                let inner = self.frame_of(frame, script, call).await?.ok_or_else(gone)?;
                let inner = path(&inner);
                let body = format!(
                    "const found = window[{0}]; delete window[{0}]; return found",
                    json!(name)
                );
                let element = self.execute(&inner, body, call).await?;
                (inner, element)
            }
            Value::String(text) if text == "nobody" => return Err(gone()),
            Value::String(_) => return evaluate::answer(&answer).map(drop),
            _ => (outer, answer),
        };
        if files.is_empty() {
            return Ok(());
        }
        let id = element.get(ELEMENT).and_then(Value::as_str).ok_or_else(gone)?;
        match self.ask_in(&at, Command::send_keys(id, &text), None).await {
            Ok(_) => Ok(()),
            Err(native) if native.kind() == Kind::Stale => Err(gone()),
            Err(native) if native.is("unknown command") => Err(Error::unsupported(Capability::FileUpload)),
            Err(native) => Err(native.into_error(DOING)),
        }
    }
}

fn gone() -> Error {
    Error::new(Kind::Stale, "the file input is gone").with_applied(Applied::No)
}

/// The paths as they are typed, one a line.
fn paths(files: &[PathBuf]) -> Result<String> {
    let line = |file: &PathBuf| {
        let text = file.to_str().filter(|text| !text.contains('\n')).map(str::to_owned);
        text.ok_or_else(|| {
            let message = format!(
                "the driver takes no path like `{}`: it has to be UTF-8 in one line",
                file.display()
            );
            Error::new(Kind::Usage, message).with_applied(Applied::No)
        })
    };
    Ok(files.iter().map(line).collect::<Result<Vec<_>>>()?.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_lines() {
        let two = [PathBuf::from("/tmp/a b"), PathBuf::from("/tmp/č")];
        assert_eq!(paths(&two).unwrap(), "/tmp/a b\n/tmp/č");
        assert_eq!(paths(&[PathBuf::from("/tmp/a\nb")]).unwrap_err().kind(), Kind::Usage);
    }
}
