// R1 enter-by-run: a helper that has no lock makes one for itself

use isolock::prelude::*;
use isolock::v8;

fn title(scope: &mut v8::PinScope<'_, '_>) -> String {
    let mut lock = Lock::new(scope);
    lock.eval("document.title").unwrap().to_rust_string_lossy(&lock)
}

fn main() {}
