//! Texts about lifetimes, and about type and const parameters.

use isolock_rules::R7;
use syn::Ident;

use super::{Message, plain, rule};

const JS_PASSES_NO_TYPES: &str =
    "a binding's parameters are found from what it captures: JavaScript passes values, never Rust types";

pub(crate) fn type_in_no_capture(function: &str, param: &Ident) -> Message {
    plain(
        format!("nothing says which `{param}` the binding of `{function}` is for"),
        format!("add the parameter `#[capture] _kind: PhantomData<{param}>`, or write a concrete type for `{param}`"),
        JS_PASSES_NO_TYPES,
    )
}

pub(crate) fn const_in_no_capture(function: &str, param: &Ident) -> Message {
    plain(
        format!("nothing says which `{param}` the binding of `{function}` is for"),
        format!("add the parameter `#[capture] _size: PhantomData<[(); {param}]>`, or write a number for `{param}`"),
        JS_PASSES_NO_TYPES,
    )
}

pub(crate) fn bounded_lifetime(long: &str, short: &str) -> Message {
    rule(
        R7,
        format!("`{long}` can't be required to outlive `{short}`"),
        format!("remove the bound: `<{long}>`"),
        "what a call is lent ends before its turn, and the turn outlives nothing but what it lends",
    )
}

pub(crate) fn other_lifetime(other: &str, turn: &str) -> Message {
    rule(
        R7,
        format!("`{other}` is not the turn's lifetime, which is `{turn}`"),
        format!("write `{turn}` here, too"),
        "arguments and results live as long as the turn; other lifetimes are for the references that a call is lent",
    )
}

pub(crate) fn lock_lent_for_turn(lifetime: &str) -> Message {
    rule(
        R7,
        format!("the lock can't be borrowed for `{lifetime}`, the whole turn"),
        format!("`lock: &mut Lock<{lifetime}>`"),
        "a turn lends it to one call after another",
    )
}

pub(crate) fn static_turn() -> Message {
    rule(
        R7,
        "no turn lasts for `'static`",
        "`lock: &mut Lock<'_>`, or a lifetime parameter of the function",
        "the lock is lent to the call, and the turn ends",
    )
}

pub(crate) fn static_local() -> Message {
    rule(
        R7,
        "a `Local<'static, _>` would outlive its turn",
        "`Local<'_, _>`, or `Local<'s, _>` with the lifetime of `Lock<'s>`; what has to live on is a `JsRoot`",
        "after the turn the handle's slot is reused",
    )
}

pub(crate) fn async_lifetime(lifetime: &str) -> Message {
    rule(
        R7,
        format!("an async host function has no lifetime parameters, and this one has `{lifetime}`"),
        "take every parameter by value",
        "it runs on after the turn that called it, so it can borrow nothing from there",
    )
}
