// R7 no-escape: a turn gives away an iterator that would go on using its lock
// The message means: the iterator is lazy, and would need the lock after the turn. Use it up inside: `.sum()`, or
// `.collect::<Vec<_>>()` of Rust values.

use isolock::prelude::*;

async fn total(ctx: &IoContext, count: u32) -> Result<f64, RunError> {
    let items = ctx
        .run((count,), |lock, (count,)| (0..count).map(|index| lock.eval(&format!("items[{index}]")).unwrap()))
        .await?;
    Ok(items.map(|item| f64::from(u8::from(item.is_number()))).sum())
}

fn main() {}
