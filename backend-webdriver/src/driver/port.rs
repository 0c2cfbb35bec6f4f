//! On which port a driver listens.

use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

use greenroom_session_core::process::{self, Spawned};
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
                let connected = TcpStream::connect((Ipv4Addr::LOCALHOST, asked)).await.is_ok();
                // It may be somebody else who has got the port in the meantime.
                (connected && is_its(asked, driver)).then_some(asked)
            }
        };
        if let Some(port) = found {
            return port;
        }
        sleep(LOOK).await;
    }
}

/// Whether it is the driver, or a process that it has started, who listens on a port.
fn is_its(port: u16, driver: &Spawned) -> bool {
    let read = |name: &str| std::fs::read_to_string(format!("/proc/self/net/{name}")).unwrap_or_default();
    let listening: Vec<String> = ["tcp", "tcp6"]
        .into_iter()
        .flat_map(|name| listeners(&read(name), port))
        .collect();
    process::members(driver.id()).into_iter().any(|pid| {
        let Ok(open) = std::fs::read_dir(format!("/proc/{pid}/fd")) else {
            return false;
        };
        let links = open.flatten().filter_map(|entry| std::fs::read_link(entry.path()).ok());
        links
            .into_iter()
            .any(|link| listening.iter().any(|socket| link.as_os_str() == socket.as_str()))
    })
}

/// The sockets that listen on a port, as links of `/proc/PID/fd` name them; from the kernel's table of sockets.
fn listeners(table: &str, port: u16) -> Vec<String> {
    const LISTENS: &str = "0A";
    let here = format!(":{port:04X}");
    let rows = table
        .lines()
        .skip(1)
        .map(|row| row.split_ascii_whitespace().collect::<Vec<_>>());
    let listening = rows.filter(|row| row.len() > 9 && row[1].ends_with(&here) && row[3] == LISTENS);
    listening.map(|row| format!("socket:[{}]", row[9])).collect()
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
    fn who_listens_is_in_the_table_of_sockets() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n\
               0: 0100007F:9C9B 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0\n\
               1: 0100007F:9C9B 0100007F:1234 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 100 0 0 10 0\n\
               2: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0 100 0 0 10 0\n";
        assert_eq!(listeners(table, 0x9C9B), ["socket:[4711]"]);
        assert_eq!(listeners(table, 80), ["socket:[4713]"]);
        assert!(listeners(table, 81).is_empty() && listeners("", 80).is_empty());
    }

    #[test]
    fn a_driver_says_its_port() {
        let chrome = "Starting ChromeDriver 156 on port 0\nChromeDriver was started successfully on port 32839.\n";
        assert_eq!(said(chrome, "was started successfully on port "), Some(32839));
        let gecko = "1795621436446\tgeckodriver\tINFO\tListening on 127.0.0.1:32935\n";
        assert_eq!(said(gecko, "Listening on 127.0.0.1:"), Some(32935));
        assert_eq!(said("Starting ChromeDriver", "was started successfully on port "), None);
    }
}
