// R1 enter-by-run: a helper that has no lock makes one for itself
// E0624 means: nobody but the runtime makes a `Lock`. Don't provide what E0061 asks for: take `lock: &mut Lock<'_>` as
// a parameter, and let whoever enters the turn (`ctx.run((..), |lock, (..)| ..)`) pass it on.

use isolock::prelude::*;
use isolock::v8;

fn title(scope: &mut v8::PinScope<'_, '_>) -> String {
    let mut lock = Lock::new(scope);
    lock.eval("document.title").unwrap().to_rust_string_lossy(&lock)
}

fn main() {}
