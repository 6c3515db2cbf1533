// R7 no-escape: a struct holds the lock with one lifetime for both the lock and the borrow of it
// The message means: `&'a mut Lock<'a>` would borrow the lock until its own end. Don't write what rustc proposes, it
// moves the error to the caller: give the struct two lifetimes, `Page<'a, 's>` with `lock: &'a mut Lock<'s>`.

use isolock::prelude::*;

struct Page<'a> {
    lock: &'a mut Lock<'a>,
}

impl Page<'_> {
    fn title(&mut self) -> Result<String, RunError> {
        self.lock.eval("document.title").map(|title| title.to_rust_string_lossy(self.lock))
    }
}

fn title(lock: &mut Lock<'_>) -> Result<String, RunError> {
    Page { lock }.title()
}

fn main() {}
