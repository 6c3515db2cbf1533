//! Texts about parameters: the lock, the event, captures, and arguments from JavaScript.

use isolock_rules::{R2, R3, R7};

use super::{Message, plain, rule};

// Any parameter.

pub(crate) fn pattern(ty: &str) -> Message {
    plain(
        "a parameter of a host function is a plain name, not a pattern",
        format!("give the parameter a name and take it apart in the body: `value: {ty}`"),
        "the name is the capture's field, or stands in the error when JavaScript passes something else",
    )
}

pub(crate) fn conditional_given() -> Message {
    plain(
        "`#[cfg(..)]` stands on captures and arguments only",
        "annotate two functions, each under its own `#[cfg(..)]`",
        "whether there is a lock or an event decides how the function is called",
    )
}

pub(crate) fn conditional_attribute() -> Message {
    plain(
        "`#[cfg_attr(..)]` on a parameter is for the levels of lints only",
        "`#[cfg(..)]` on the parameter, or two functions, each under its own `#[cfg(..)]`",
        "the binding is written out before the condition is known",
    )
}

pub(crate) fn conditional_generic() -> Message {
    plain(
        "`#[cfg(..)]` can't stand on a generic parameter of a host function",
        "annotate two functions, each under its own `#[cfg(..)]`",
        "the binding is written out before the condition is known",
    )
}

pub(crate) fn documented_given() -> Message {
    plain(
        "the lock and the event need no documentation",
        "remove the comment, or make it a plain one: `// ..`",
        "a capture's documentation goes to its field and an argument's to the binding; these two have no such place",
    )
}

pub(crate) fn impl_parameter(shown: &str) -> Message {
    plain(
        format!("nothing says which type JavaScript's value is converted to for `{shown}`"),
        "name the type, or mark the parameter `#[capture]` if JavaScript doesn't pass it",
        "JavaScript passes values, never Rust types, so an argument has one type",
    )
}

pub(crate) fn context(shown: &str) -> Message {
    rule(
        R3,
        format!("`{shown}` is a strong reference to a context"),
        "take `WeakIoContext`, or `ev: Event` as the first parameter of an async function",
        "a strong context that a function holds on to keeps a dead context's heap alive",
    )
}

// The lock.

const LOCK: &str = "`lock: &mut Lock<'_>` as the first parameter";

pub(crate) fn lock_shared() -> Message {
    plain("the lock is taken by `&mut`", LOCK, "most of what a turn does with it changes the isolate")
}

pub(crate) fn lock_by_another_name(shown: &str) -> Message {
    plain(
        format!("`{shown}` is neither the lock by its name nor an argument"),
        format!("if it is an alias of the lock, write {LOCK}; if it isn't, take an owned value"),
        "the lock is recognised by the word `Lock`: an attribute sees no types",
    )
}

pub(crate) fn lock_by_value() -> Message {
    rule(R7, "the lock is borrowed, never owned", LOCK, "a turn lends it to one call after another and ends with it")
}

pub(crate) fn lock_not_first() -> Message {
    plain("the lock is the first parameter", LOCK, "what comes after it are captures and arguments from JavaScript")
}

pub(crate) fn lock_captured() -> Message {
    rule(
        R7,
        "the lock can't be captured",
        format!("remove `#[capture]` and take {LOCK}"),
        "it proves that this turn is running, and a capture lives longer than a turn",
    )
}

pub(crate) fn lock_in_async() -> Message {
    rule(
        R7,
        "an async host function can't take the lock",
        "take `ev: Event` first and enter where it is needed: `ev.run((..), |lock, (..)| ..).await`",
        "the lock isn't held while awaiting, so nobody may keep it across one",
    )
}

// The event.

pub(crate) fn event_in_sync() -> Message {
    plain(
        "only an async host function takes an `Event`",
        "take `lock: &mut Lock<'_>` and ask it: `lock.event()`",
        "a sync function runs inside a turn, which knows its event; an async one has no turn to ask",
    )
}

pub(crate) fn event_not_first() -> Message {
    plain(
        "the event is the first parameter",
        "`ev: Event` as the first parameter",
        "what comes after it are captures and arguments from JavaScript; `#[capture]` takes another event along",
    )
}

pub(crate) fn event_by_reference() -> Message {
    plain(
        "the event is taken by value",
        "`ev: Event`",
        "the function outlives the turn that lends it; an event is a handle",
    )
}

// Captures.

pub(crate) fn captured_twice() -> Message {
    plain("`#[capture]` is given twice", "keep one of them", "a capture is one field of the binding")
}

pub(crate) fn capture_by_mut(owned: &str) -> Message {
    rule(
        R2,
        "a capture can't be taken by `&mut`",
        format!("`&Arc<Mutex<{owned}>>`, an atomic, or a channel"),
        "captures are shared by all calls of the function, and a call may happen inside another",
    )
}

pub(crate) fn capture_by_ref_in_async(owned: &str) -> Message {
    rule(
        R2,
        "an async host function can't capture by reference",
        format!("take it by value, it is cloned for each call: `{owned}`"),
        "the function runs on when the turn is over, and the binding may be gone by then",
    )
}

pub(crate) fn capture_with_lifetime(lifetime: &str) -> Message {
    rule(
        R2,
        format!("a capture can't borrow for `{lifetime}`"),
        "capture an owned value; it is lent to a call as `&Type`, which needs no name for its lifetime",
        "captures are fields of the binding, which outlives the turn that made it",
    )
}

pub(crate) fn capture_holds_reference(shown: &str, owned: &str) -> Message {
    rule(
        R2,
        format!("a capture can't hold the reference `{shown}`"),
        format!("capture an owned value: `{owned}`"),
        "captures are fields of the binding, which outlives the turn that made it",
    )
}

pub(crate) fn capture_local() -> Message {
    rule(
        R7,
        "a `Local` can't be captured",
        "capture a `JsRoot`, made by `lock.root(value)`, and open it with the lock",
        "a local dies with its turn, and the binding lives on",
    )
}

// Arguments from JavaScript.

pub(crate) fn argument_by_reference(shown: &str, owned: &str) -> Message {
    rule(
        R7,
        format!("an argument from JavaScript can't be the reference `{shown}`"),
        format!("take it by value: `{owned}`, or mark the parameter `#[capture]` if it isn't an argument"),
        "an argument is converted to a Rust value of its own; there is nothing to borrow it from",
    )
}

pub(crate) fn local_in_async() -> Message {
    rule(
        R7,
        "an async host function can't have a `Local` in its signature",
        "take an owned type, or a `JsRoot`, and make locals inside a turn: `ev.run((..), |lock, (..)| ..).await`",
        "the lock isn't held while awaiting, and a local is valid only under it",
    )
}

pub(crate) fn async_argument_with_lifetime(lifetime: &str) -> Message {
    rule(
        R7,
        format!("an async host function can't take an argument that borrows (`{lifetime}`)"),
        "take an owned value",
        "it runs on after the turn that called it, so it can borrow nothing from there",
    )
}
