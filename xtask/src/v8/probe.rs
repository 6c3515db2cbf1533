//! Whether an address answers, with the tools that the build script itself would download with.

use std::process::{Command, Stdio};

/// Long enough for a slow proxy, short enough to wait for.
const SECONDS: &str = "10";

/// Asks for the first byte. A HEAD request would do for the page, but not for the signed address it redirects to.
const PYTHON: &str = "import sys, urllib.request as r; \
    r.urlopen(r.Request(sys.argv[1], headers={'Range': 'bytes=0-0'}), timeout=float(sys.argv[2])).read(1)";

pub(super) fn reachable(url: &str) -> Result<(), String> {
    let curl = ["--fail", "--silent", "--location", "--range", "0-0", "--max-time", SECONDS, "--output", DISCARD, url];
    let python = ["-c", PYTHON, url, SECONDS];
    let mut asked = Vec::new();
    // Like the build script, take any tool's success: one of them may not know the machine's proxy or certificates.
    for (tool, args) in [("curl", &curl[..]), ("python3", &python), ("python", &python)] {
        let mut command = Command::new(tool);
        command.args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        match command.status() {
            Ok(status) if status.success() => return Ok(()),
            Ok(_) => asked.push(tool),
            Err(_) => {}
        }
    }
    Err(match asked[..] {
        [] => "not tried, neither curl nor python can be run".to_owned(),
        _ => format!("not reachable (asked with {})", asked.join(", ")),
    })
}

const DISCARD: &str = if cfg!(windows) { "NUL" } else { "/dev/null" };
