// R2 explicit-captures: a type derives `Portable`, but another one of the program that it contains doesn't

use isolock::prelude::*;

struct Address {
    city: String,
}

#[derive(Portable)]
struct Customer {
    name: String,
    addresses: Vec<Address>,
}

async fn count(ctx: &IoContext, customer: Customer) -> Result<usize, RunError> {
    ctx.run((customer,), |_lock, (customer,)| customer.addresses.len()).await
}

fn main() {}
