//! The command line as it is installed, built where the tests can find it.

fn main() -> std::process::ExitCode {
    greenroom::CliRunner::new().run()
}
