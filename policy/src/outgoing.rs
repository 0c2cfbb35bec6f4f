//! What a session may be asked to request by itself, beside its pages.

use std::net::IpAddr;

use crate::{Decision, Denial};

/// Where browsers are controlled: DevTools and drivers of sessions of ours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reserved {
    /// Ports of this machine.
    pub ports: Vec<u16>,
    /// Hosts and ports of others.
    pub elsewhere: Vec<(String, u16)>,
}

fn deny(reason: String) -> Decision {
    Decision::Deny(Denial { reason, remedy: "goto" })
}

/// Decides on an address by its scheme and host: only servers are asked, no files and nothing of the browser's; and nothing
/// that controls a browser elsewhere.
pub fn may_ask(scheme: &str, host: &str, port: u16, reserved: &Reserved) -> Decision {
    if !matches!(scheme, "http" | "https") {
        return deny(format!("`{scheme}:` is denied: only `http:` and `https:` are asked"));
    }
    let is_it = |(reserved, at): &(String, u16)| reserved.eq_ignore_ascii_case(host) && *at == port;
    if reserved.elsewhere.iter().any(is_it) {
        return deny(format!("`{host}:{port}` is denied: it controls a browser"));
    }
    Decision::Allow
}

/// Decides on the place that a name stands for: never a port of this machine that controls a browser, by whatever name.
pub fn may_connect(at: IpAddr, port: u16, reserved: &Reserved) -> Decision {
    let at = at.to_canonical();
    if (at.is_loopback() || at.is_unspecified()) && reserved.ports.contains(&port) {
        return deny(format!("port {port} of this machine is denied: it controls a browser"));
    }
    Decision::Allow
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reserved() -> Reserved {
        Reserved {
            ports: vec![9222],
            elsewhere: vec![("farm.test".to_owned(), 4444)],
        }
    }

    #[test]
    fn only_servers_are_asked() {
        for (scheme, is_allowed) in [
            ("http", true),
            ("https", true),
            ("file", false),
            ("ftp", false),
            ("data", false),
            ("chrome", false),
            ("ws", false),
        ] {
            let decision = may_ask(scheme, "a.test", 80, &reserved());
            assert_eq!(decision == Decision::Allow, is_allowed, "{scheme}");
        }
    }

    #[test]
    fn what_controls_a_browser_elsewhere_is_not_asked() {
        for (host, port, is_allowed) in [
            ("farm.test", 4444, false),
            ("FARM.test", 4444, false),
            ("farm.test", 80, true),
            ("a.farm.test", 4444, true),
        ] {
            let decision = may_ask("http", host, port, &reserved());
            assert_eq!(decision == Decision::Allow, is_allowed, "{host}:{port}");
        }
    }

    #[test]
    fn what_controls_a_browser_is_not_reached_by_any_name() {
        for at in ["127.0.0.1", "127.9.9.9", "0.0.0.0", "::1", "::", "::ffff:127.0.0.1"] {
            let at: IpAddr = at.parse().unwrap();
            assert_ne!(may_connect(at, 9222, &reserved()), Decision::Allow, "{at}");
            assert_eq!(may_connect(at, 8080, &reserved()), Decision::Allow, "{at}");
        }
        let elsewhere = "192.0.2.1".parse().unwrap();
        assert_eq!(may_connect(elsewhere, 9222, &reserved()), Decision::Allow);
    }
}
