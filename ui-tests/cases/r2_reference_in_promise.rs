// R2 explicit-captures: the body behind a promise takes along a reference to its caller's settings

use isolock::{prelude::*, v8};

struct Settings {
    greeting: String,
}

fn greeting<'s>(lock: &mut Lock<'s>, settings: &Settings) -> Result<v8::Local<'s, v8::Promise>, RunError> {
    lock.promise((settings,), |_event, (settings,)| async move { settings.greeting.clone() })
}

fn main() {}
