//! Texts about what a body has before an `.await` and after it.

use isolock_rules::{R3, R4};

use super::{Message, rule};

pub(crate) fn guard(name: &str) -> Message {
    rule(
        R4,
        format!("`{name}` holds a lock while the function awaits"),
        format!("end it before the `.await`: `drop({name});`, or a block of its own around its `let`"),
        "whoever wants that lock meanwhile blocks, and a turn that does keeps everyone out of the isolate; the check is \
         syntactic and sees `let`s of this body only: no fields, closures, macros or locks behind functions",
    )
}

pub(crate) fn answer(name: &str, question: &str) -> Message {
    rule(
        R3,
        format!("`{name}` is an answer from before an `.await`"),
        format!("ask again here: `{question}`; or don't ask at all, every `ev.run` checks by itself"),
        "the context may end and the event may be cancelled while the function awaits; the check is syntactic and sees \
         `let`s of this body only",
    )
}
