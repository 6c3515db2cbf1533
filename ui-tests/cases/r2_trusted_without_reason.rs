// R2 explicit-captures: a capture is trusted without a reason

use isolock::prelude::*;
use std::process::ExitCode;

#[isolate_fn]
fn exit_code(#[capture(trusted)] code: ExitCode) -> bool {
    code == ExitCode::SUCCESS
}

fn main() {}
