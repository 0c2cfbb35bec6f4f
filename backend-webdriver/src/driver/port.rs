//! On which port a driver listens.

use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

use greenroom_session_core::process::Spawned;
use greenroom_session_core::{Error, Kind, Result};
use tokio::net::TcpStream;
use tokio::time::sleep;

use super::find::Make;

/// Between two looks.
const LOOK: Duration = Duration::from_millis(3);

/// How much of what a driver said is looked at: it begins with its port.
const LINES: usize = 50;

/// The port to ask for: drivers that say which one they got choose it themselves.
pub(super) fn to_ask_for(make: Make) -> Result<u16> {
    match make {
        Make::Chromium | Make::Firefox => Ok(0),
        Make::WebKit => free(),
    }
}

/// A port that nobody listens on now.
fn free() -> Result<u16> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| Error::new(Kind::NotStarted, format!("failed to find a free port: {error}")))
}

/// Waits until the driver listens; answers its port.
pub(super) async fn listens(make: Make, asked: u16, driver: &Spawned) -> u16 {
    loop {
        let found = match make {
            Make::Chromium => said(&driver.last_words(LINES), "was started successfully on port "),
            Make::Firefox => said(&driver.last_words(LINES), "Listening on 127.0.0.1:"),
            Make::WebKit => {
                let connected = TcpStream::connect((Ipv4Addr::LOCALHOST, asked)).await;
                connected.is_ok().then_some(asked)
            }
        };
        if let Some(port) = found {
            return port;
        }
        sleep(LOOK).await;
    }
}

/// The number behind these words, in a whole line.
fn said(words: &str, before: &str) -> Option<u16> {
    let (_, rest) = words.split_once(before)?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let is_whole = rest[digits.len()..].starts_with(['.', '\n']) || rest.len() == digits.len();
    digits.parse().ok().filter(|_| is_whole && !digits.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_driver_says_its_port() {
        let chrome = "Starting ChromeDriver 156 on port 0\nChromeDriver was started successfully on port 32839.\n";
        assert_eq!(said(chrome, "was started successfully on port "), Some(32839));
        let gecko = "1795621436446\tgeckodriver\tINFO\tListening on 127.0.0.1:32935\n";
        assert_eq!(said(gecko, "Listening on 127.0.0.1:"), Some(32935));
        assert_eq!(said("Starting ChromeDriver", "was started successfully on port "), None);
    }
}
