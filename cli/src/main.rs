//! The program `greenroom`: the command line with the built-in backends.

fn main() -> std::process::ExitCode {
    greenroom::CliRunner::new().run()
}
