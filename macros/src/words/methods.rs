//! Texts about `impl` blocks with `#[thread_affine]`, and about the methods marked `#[isolate_fn]` in them.

use isolock_rules::{R2, R5, R7, R10};

use super::{Message, plain, rule};

// The block.

pub(crate) fn unreadable_block(error: &str) -> Message {
    plain(
        format!("`#[thread_affine]` can't read this `impl` block: {error}"),
        "finish it: `impl Kv { #[isolate_fn] fn hits(&mut self) -> u64 { .. } }`",
        "until then the block is left as it is and the handle has none of its methods",
    )
}

pub(crate) fn not_a_trait() -> Message {
    plain("expected a trait before `for`", "`impl Trait for Type`", "only a trait can be implemented for a type")
}

pub(crate) fn not_a_named_type(shown: &str) -> Message {
    plain(
        format!("`{shown}` has no handle"),
        "`impl Kv { .. }` or `impl Trait for Kv { .. }`, for a type annotated with `#[thread_affine(owner = ..)]`",
        "the handle of `Kv` is `KvHandle`; other kinds of types have none",
    )
}

pub(crate) fn owner_on_block(owner: &str) -> Message {
    plain(
        "the owner is said once, on the type",
        format!("`#[thread_affine]` here, and `#[thread_affine(owner = {owner})]` on the struct or enum"),
        "an `impl` block takes `handle = path` and `crate = path`",
    )
}

pub(crate) fn lifetime_of_block(lifetime: &str) -> Message {
    rule(
        R7,
        format!("an affine type borrows nothing, and this one is used for `{lifetime}`"),
        "`impl Kv { .. }`, with type and const parameters only",
        "its owner keeps the value for as long as the owner lives",
    )
}

// The method.

pub(crate) fn marked_twice() -> Message {
    plain("`#[isolate_fn]` is given twice", "keep one of them", "the handle has a method once")
}

pub(crate) fn unknown_option(key: &str) -> Message {
    let what = if key.is_empty() {
        "expected `#[isolate_fn]` or `#[isolate_fn(nested)]`".to_owned()
    } else {
        format!("`#[isolate_fn]` on a method has no option `{key}`")
    };
    plain(
        what,
        "`nested` keeps the method's `Result` inside that of the call; `crate = path` goes to `#[thread_affine(..)]`",
        "the handle's method has the method's name",
    )
}

pub(crate) fn unsafe_method(name: &str) -> Message {
    plain(
        format!("`{name}` is an `unsafe fn`"),
        "make it safe, or mark a safe method that calls it",
        "the handle's method is safe, and its caller is elsewhere: nobody could keep the promises it asks for",
    )
}

pub(crate) fn foreign_abi(name: &str) -> Message {
    rule(
        R10,
        format!("`{name}` has an ABI of its own"),
        format!("`fn {name}(..)`, without `extern`"),
        "generated code calls it and catches its panics; they can't cross a foreign ABI",
    )
}

pub(crate) fn variadic() -> Message {
    plain(
        "a method of a handle can't be variadic",
        "take a `Vec<..>`",
        "what a call takes along is listed by its types",
    )
}

pub(crate) fn receiver(shown: &str) -> Message {
    rule(
        R5,
        format!("`{shown}` is no way to reach a value that its owner keeps"),
        "`&self`, `&mut self`, or `self` to take the value out of its owner",
        "the value sits in the runtime's own box: there is no `Box`, `Rc`, `Arc` or `Pin` of it to be had",
    )
}

pub(crate) fn async_receiver(name: &str, handle: &str) -> Message {
    rule(
        R7,
        format!("`async fn {name}` can't hold `self` across an await"),
        format!("`async fn {name}(this: {handle}, ev: Event, ..)`, and open it in turns: `this.with_mut(lock, ..)`"),
        "while it awaits, the lock isn't held, other turns run, and the value may end with its owner",
    )
}

pub(crate) fn async_lifetime(lifetime: &str) -> Message {
    rule(
        R7,
        format!("an async method of a handle has no lifetime parameters, and this one has `{lifetime}`"),
        "take every parameter by value",
        "it runs on after the turn that began it, so it can borrow nothing from there",
    )
}

// The parameters.

pub(crate) fn pattern(ty: &str) -> Message {
    plain(
        "a parameter of a handle's method is a plain name, not a pattern",
        format!("give the parameter a name and take it apart in the body: `value: {ty}`"),
        "the handle's method has a parameter of the same name",
    )
}

pub(crate) fn conditional_given() -> Message {
    plain(
        "`#[cfg(..)]` stands on arguments only",
        "mark two methods, each under its own `#[cfg(..)]`",
        "whether there is a lock or an event decides how the method is called",
    )
}

pub(crate) fn conditional_attribute() -> Message {
    plain(
        "`#[cfg_attr(..)]` on a parameter is for the levels of lints only",
        "`#[cfg(..)]` on the parameter, or two methods, each under its own `#[cfg(..)]`",
        "the handle's method is written out before the condition is known",
    )
}

pub(crate) fn captured() -> Message {
    rule(
        R2,
        "a method has no captures: what it works on is `self`",
        "make it a field, or an argument without `#[capture]`",
        "captures belong to functions that JavaScript calls; a handle's method is called by Rust, which passes everything",
    )
}

const LOCK: &str = "`lock: &mut Lock<'_>` right after the receiver";

pub(crate) fn lock_in_async() -> Message {
    rule(
        R7,
        "an async method can't have the lock",
        "take `ev: Event`, and enter where you need to: `ev.run((this,), |lock, (this,)| ..).await`",
        "the lock isn't held while it awaits",
    )
}

pub(crate) fn lock_not_first() -> Message {
    plain("the lock stands behind other parameters", LOCK, "the turn lends it; the caller passes what follows")
}

pub(crate) fn lock_shared() -> Message {
    plain("the lock is taken by `&mut`", LOCK, "most of what a turn does with it changes the isolate")
}

pub(crate) fn lock_by_value() -> Message {
    rule(R7, "the lock is borrowed, never owned", LOCK, "a turn lends it to one call after another and ends with it")
}

pub(crate) fn event_in_sync() -> Message {
    plain(
        "a sync method has no event of its own",
        "make it an `async fn`, or take `lock: &mut Lock<'_>`: a sync method runs inside one turn",
        "an event is what goes on after an await",
    )
}

pub(crate) fn event_not_first() -> Message {
    plain(
        "the event stands behind other parameters",
        "`ev: Event` right after `this`, or first",
        "the runtime makes it; the caller passes what follows",
    )
}

pub(crate) fn this_of_other_type(shown: &str, handle: &str) -> Message {
    plain(
        format!("`this` is a `{shown}`, not the handle"),
        format!("`this: {handle}`; an argument of the caller's needs another name"),
        "`this` is what an async method is called on; the handle is recognised by the last word of its path",
    )
}

pub(crate) fn own_argument(shown: &str, handle: &str) -> Message {
    rule(
        R5,
        format!("`{shown}` as an argument would have to leave its owner"),
        format!("take its handle, and open it with the lock: `other: {handle}`"),
        "the caller is outside of the turn, and only the handle is sendable",
    )
}

pub(crate) fn local() -> Message {
    rule(
        R7,
        "a `Local` can't be an argument of a handle's method",
        "take a `JsRoot`, and open it in the turn: `root.get(lock)`",
        "the caller is outside of the turn, and a local is valid only inside",
    )
}

pub(crate) fn borrowed_in_async(owned: &str) -> Message {
    rule(
        R7,
        "an async method of a handle can't borrow its arguments",
        format!("take it by value: `{owned}`"),
        "it runs on after the call, and its caller may be gone by then",
    )
}

pub(crate) fn lent_mutably(shown: &str) -> Message {
    rule(
        R2,
        "an argument can't be lent by `&mut`",
        format!("take a `{shown}` and return the new value"),
        "the value crosses into the turn: the caller would not see the change",
    )
}

pub(crate) fn borrow_inside(shown: &str, owned: &str) -> Message {
    rule(
        R2,
        format!("an argument can't hold the reference `{shown}`"),
        format!("`{owned}`; only a whole argument may be a reference, and the handle's method takes what owns it"),
        "the call may wait for its turn, and its caller doesn't wait with it",
    )
}

pub(crate) fn argument_lifetime(lifetime: &str) -> Message {
    rule(
        R7,
        format!("an argument can't borrow for `{lifetime}`"),
        "take an owned value",
        "the call may wait for its turn, and its caller doesn't wait with it",
    )
}

// The result.

pub(crate) fn returns_never() -> Message {
    rule(
        R10,
        "a method of a handle can't return `!`",
        "return `Result<(), E>`",
        "a method that never returns can only panic, block or exit while its turn holds the isolate",
    )
}

pub(crate) fn async_returns_own(shown: &str, handle: &str) -> Message {
    rule(
        R5,
        format!("an async method can't return `{shown}`: it runs outside of turns"),
        format!("give it to its owner and return its handle, `{handle}`: `Ok(ev.own(value).await?)`"),
        "affinity begins where the owner gets the value, and that takes the lock",
    )
}

pub(crate) fn returns_impl() -> Message {
    plain(
        "a method of a handle can't return `impl Trait`",
        "name the type",
        "the handle's method has to name its result, and rustc can't see that a hidden type is `Portable`",
    )
}

pub(crate) fn returns_local() -> Message {
    rule(
        R7,
        "a method of a handle can't return a `Local`",
        "return a `JsRoot`, made by `lock.root(value)`, or convert it",
        "the result leaves the turn, and the local doesn't",
    )
}

pub(crate) fn returns_reference(shown: &str, owned: &str) -> Message {
    rule(
        R7,
        format!("a method of a handle can't return the reference `{shown}`"),
        format!("return it by value: `{owned}`; inside a turn call the method itself: `handle.with(lock, ..)`"),
        "the result leaves the turn, and what it borrows from stays with its owner",
    )
}

pub(crate) fn returns_borrow(lifetime: &str) -> Message {
    rule(
        R7,
        format!("a method of a handle can't return something that borrows (`{lifetime}`)"),
        "return an owned value, or own the part, too, and return its handle",
        "the result leaves the turn, and what it borrows from stays with its owner",
    )
}
