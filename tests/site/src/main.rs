//! The test site as a program, for demos and for trying things by hand.
//!
//! `greenroom-test-site [--port N] [--until-stdin-closes]` prints both origins, one a line, and serves until it is
//! ended; with `--until-stdin-closes` it ends with the process that started it.
#![expect(clippy::print_stdout, reason = "a program that tells where it listens")]

use std::{
    error::Error,
    io::{self, Read as _, Write as _},
};

use greenroom_test_site::Site;

const USAGE: &str = "usage: greenroom-test-site [--port N] [--until-stdin-closes]";

fn main() -> Result<(), Box<dyn Error>> {
    let (port, until_stdin_closes) = parse(std::env::args().skip(1))?;
    let site = Site::on_port(port)?;
    println!("{}\n{}", site.origin(), site.other_origin());
    io::stdout().flush()?;
    if until_stdin_closes {
        io::stdin().read_to_end(&mut Vec::new())?;
        return Ok(());
    }
    loop {
        std::thread::park();
    }
}

fn parse(mut args: impl Iterator<Item = String>) -> Result<(u16, bool), String> {
    let (mut port, mut until_stdin_closes) = (0, false);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--port" => {
                let value = args.next().ok_or(USAGE)?;
                port = value
                    .parse()
                    .map_err(|_| format!("failed to read the port `{value}`\n{USAGE}"))?;
            }
            "--until-stdin-closes" => until_stdin_closes = true,
            _ => return Err(format!("unknown argument `{arg}`\n{USAGE}")),
        }
    }
    Ok((port, until_stdin_closes))
}
