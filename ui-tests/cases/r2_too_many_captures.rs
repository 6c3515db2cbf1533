// R2 explicit-captures: more is taken into a turn than a tuple can hold
// E0277 means: tuples are `Portable` up to twelve elements, as `Debug` is. Put some into a tuple or struct of their
// own.

use isolock::prelude::*;

async fn draw(ctx: &IoContext, x: [f64; 13]) -> Result<f64, RunError> {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m] = x;
    ctx.run((a, b, c, d, e, f, g, h, i, j, k, l, m), |_lock, (a, b, c, d, e, f, g, h, i, j, k, l, m)| {
        a + b + c + d + e + f + g + h + i + j + k + l + m
    })
    .await
}

fn main() {}
