//! Says whether the compiler's words are those in `cases/*.stderr`.

use std::env;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(pinned_rustc)");
    // The pinned version is the workspace's `rust-version`; `xtask` asks the same question.
    let pinned = env::var("CARGO_PKG_RUST_VERSION").expect("cargo sets it");
    let output = Command::new(env::var_os("RUSTC").expect("cargo sets it")).arg("--version").output();
    let version = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let release = version.split_whitespace().nth(1).unwrap_or("unknown");
    if !release.contains('-') && (release == pinned || release.starts_with(&format!("{pinned}."))) {
        println!("cargo::rustc-cfg=pinned_rustc");
    } else {
        println!(
            "cargo::warning=the compile-fail tests are ignored: they hold the words of rustc {pinned}, not {release}"
        );
    }
}
