// R6 never-mix: a helper swaps two locks, to use them in another order
// The message means: two locks are two turns, maybe of two isolates, and their types differ by the lifetime. Swap the
// contexts before their turns: `&IoContext`. Don't give both locks one lifetime, as rustc proposes: nobody could call
// that.

use isolock::prelude::*;

fn load_both<'a>(mut first: &'a mut Lock<'_>, mut second: &'a mut Lock<'_>, swapped: bool) -> Result<(), RunError> {
    if swapped {
        std::mem::swap(&mut first, &mut second);
    }
    first.eval("load()")?;
    second.eval("load()")?;
    Ok(())
}

fn main() {}
