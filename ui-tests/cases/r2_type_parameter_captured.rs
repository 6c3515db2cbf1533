// R2 explicit-captures: a generic function takes its argument into a turn without saying that it may go there

use isolock::prelude::*;
use std::fmt::Display;

async fn log<T: Display + Send + 'static>(ctx: &IoContext, value: T) -> Result<(), RunError> {
    ctx.run((value,), |lock, (value,)| lock.console_log(&value.to_string())).await
}

fn main() {}
