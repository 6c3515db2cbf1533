// R2 explicit-captures: a generic host function gets a capture that its bounds don't allow

use isolock::prelude::*;
use std::fmt;

struct Greeting(String);

impl fmt::Display for Greeting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[isolate_fn]
fn describe<T: fmt::Display + Portable>(#[capture] thing: &T) -> String {
    thing.to_string()
}

fn install(lock: &mut Lock<'_>) -> Result<(), RunError> {
    lock.install((describe { thing: Greeting("hello".into()) },))
}

fn main() {}
