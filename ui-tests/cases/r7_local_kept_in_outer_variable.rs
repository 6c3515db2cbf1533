// R7 no-escape: a handle scope gives a local to the scope around it

use isolock::prelude::*;

fn last(lock: &mut Lock<'_>) -> Result<bool, RunError> {
    let mut last = lock.undefined();
    for index in 0..1000 {
        lock.scope(|lock| {
            last = lock.eval(&format!("items[{index}]"))?;
            Ok::<_, RunError>(())
        })?;
    }
    Ok(last.is_object())
}

fn main() {}
