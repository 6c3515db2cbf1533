// R2 explicit-captures: a stored callback mentions a variable that is not listed
// E0308 means: the body is a plain `fn`, which takes along only what is listed. "`topic` captured here" is the variable to
// list: `((topic,), |lock, (topic,), (message,): (String,)| ..)`.

use isolock::{Reentry, prelude::*};

fn subscribe(ev: &Event, topic: &'static str) -> Reentry<(String,), bool> {
    ev.reentry((), |lock, (), (message,): (String,)| lock.set_global(topic, message).is_ok())
}

fn main() {}
