// R2 explicit-captures: a type that borrows its data derives `Portable`

use isolock::prelude::*;

#[derive(Portable)]
struct Header<'a> {
    name: &'a str,
    value: &'a str,
}

async fn announce(ctx: &IoContext, header: Header<'static>) -> Result<(), RunError> {
    ctx.try_run((header,), |lock, (header,)| lock.set_global("header", header.name)).await
}

fn main() {}
