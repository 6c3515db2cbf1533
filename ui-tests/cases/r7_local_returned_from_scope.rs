// R7 no-escape: a handle scope gives a local as its result
// The message means: locals made in `lock.scope(..)` (`'1`) end with it, and `'2` is around it. Convert inside, and
// return the Rust value.

use isolock::prelude::*;

fn longest(lock: &mut Lock<'_>, count: u32) -> Result<usize, RunError> {
    let mut longest = 0;
    for index in 0..count {
        let name = lock.scope(|lock| lock.eval(&format!("names[{index}]")))?;
        longest = longest.max(name.to_rust_string_lossy(lock).len());
    }
    Ok(longest)
}

fn main() {}
