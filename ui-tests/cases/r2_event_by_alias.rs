// R2 explicit-captures: an async host function takes the event by another name
// The attribute goes by the word `Event`, so `Activity` is an argument to it, which JavaScript can't pass. Write
// `ev: Event`.

use isolock::{Event as Activity, prelude::*};

#[isolate_fn]
async fn stop(activity: Activity) -> bool {
    activity.cancel()
}

fn main() {}
