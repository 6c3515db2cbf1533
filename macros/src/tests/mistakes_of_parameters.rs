//! What is said about parameters: the source that an error is shown at, then its text.

use expect_test::{Expect, expect};

use super::{fallback, mistakes};

fn check(item: &str, expected: Expect) {
    expected.assert_eq(&mistakes("", item));
}

#[test]
fn all_parameters_are_reported_at_once() {
    let item = "fn f(ev: Event, (a, b): (u8, u8), c: &str, #[capture] d: &mut u8) -> ! {}";
    let text = mistakes("", item);
    let shown: Vec<_> = text.split("\n\n").map(|error| error.lines().next().unwrap()).collect();
    assert_eq!(shown, ["Event", "(a, b)", "&str", "mut", "!"]);
}

#[test]
fn patterns() {
    check(
        "fn f((a, b): (u8, u8)) {}",
        expect![[r#"
        (a, b)
        a parameter of a host function is a plain name, not a pattern
        help: give the parameter a name and take it apart in the body: `value: (u8, u8)`
        note: the name is the capture's field, or stands in the error when JavaScript passes something else
    "#]],
    );
    check(
        "fn f(_: u8, #[capture] ref x: u8, y @ _: u8) {}",
        expect![[r#"
        _
        a parameter of a host function is a plain name, not a pattern
        help: give the parameter a name and take it apart in the body: `value: u8`
        note: the name is the capture's field, or stands in the error when JavaScript passes something else

        ref x
        a parameter of a host function is a plain name, not a pattern
        help: give the parameter a name and take it apart in the body: `value: u8`
        note: the name is the capture's field, or stands in the error when JavaScript passes something else

        y @ _
        a parameter of a host function is a plain name, not a pattern
        help: give the parameter a name and take it apart in the body: `value: u8`
        note: the name is the capture's field, or stands in the error when JavaScript passes something else
    "#]],
    );
}

#[test]
fn conditions() {
    check(
        "async fn f<#[cfg(unix)] T>(/** No. */ #[cfg(unix)] ev: Event, #[cfg_attr(windows, capture)] b: u8, #[capture] t: T, #[cfg] c: u8) {}",
        expect![[r#"
            cfg
            `#[cfg(..)]` can't stand on a generic parameter of a host function
            help: annotate two functions, each under its own `#[cfg(..)]`
            note: the binding is written out before the condition is known

            /** No. */
            the lock and the event need no documentation
            help: remove the comment, or make it a plain one: `// ..`
            note: a capture's documentation goes to its field and an argument's to the binding; these two have no such place

            cfg
            `#[cfg(..)]` stands on captures and arguments only
            help: annotate two functions, each under its own `#[cfg(..)]`
            note: whether there is a lock or an event decides how the function is called

            cfg_attr
            `#[cfg_attr(..)]` on a parameter is for the levels of lints only
            help: `#[cfg(..)]` on the parameter, or two functions, each under its own `#[cfg(..)]`
            note: the binding is written out before the condition is known

            cfg
            `#[cfg(..)]` stands on captures and arguments only
            help: annotate two functions, each under its own `#[cfg(..)]`
            note: whether there is a lock or an event decides how the function is called
        "#]],
    );
    let conditions: String = (0..4).map(|n| format!("#[cfg(c{n})] a{n}: u8, ")).collect();
    check(
        &format!("fn f({conditions} #[cfg(c1)] b: u8) {{}}"),
        expect![[r#"
        f
        4 different `#[cfg(..)]`s on parameters are more than the 3 that can be told apart
        help: annotate two functions, each under its own `#[cfg(..)]`
        note: the binding is written once for each combination of them
    "#]],
    );
    check(
        "fn f<T>(#[cfg(unix)] #[capture] a: T) {}",
        expect![[r#"
        T
        nothing says which `T` the binding of `f` is for
        help: add the parameter `#[capture] _kind: PhantomData<T>`, or write a concrete type for `T`
        note: a binding's parameters are found from what it captures: JavaScript passes values, never Rust types
    "#]],
    );
    // The item keeps what rustc knows.
    let kept = "fn f (# [cfg (unix)] a : u8 , # [allow (unused)] b : u8 , c : & str) { }";
    let item = "fn f(#[cfg(unix)] a: u8, #[capture] #[doc = \"b\"] #[allow(unused)] b: u8, #[doc = \"c\"] c: &str) {}";
    assert_eq!(fallback("", item), kept);
}

#[test]
fn impl_trait() {
    check(
        "fn f(a: impl Fn(u8) -> u8, #[capture] b: &impl Display) {}",
        expect![[r#"
            impl Fn(u8) -> u8
            nothing says which type JavaScript's value is converted to for `impl Fn(u8) -> u8`
            help: name the type, or mark the parameter `#[capture]` if JavaScript doesn't pass it
            note: JavaScript passes values, never Rust types, so an argument has one type
        "#]],
    );
}

#[test]
fn r3_contexts() {
    check(
        "fn f(a: &IoContext, #[capture] b: Arc<isolock::IoContext>) {}",
        expect![[r#"
        IoContext
        `&IoContext` is a strong reference to a context
        help: take `WeakIoContext`, or `ev: Event` as the first parameter of an async function
        note: R3 weak-across-threads: a strong context that a function holds on to keeps a dead context's heap alive

        IoContext
        `Arc<isolock::IoContext>` is a strong reference to a context
        help: take `WeakIoContext`, or `ev: Event` as the first parameter of an async function
        note: R3 weak-across-threads: a strong context that a function holds on to keeps a dead context's heap alive
    "#]],
    );
    check(
        "async fn f(#[capture] ctx: IoContext) {}",
        expect![[r#"
        IoContext
        `IoContext` is a strong reference to a context
        help: take `WeakIoContext`, or `ev: Event` as the first parameter of an async function
        note: R3 weak-across-threads: a strong context that a function holds on to keeps a dead context's heap alive
    "#]],
    );
}

#[test]
fn locks() {
    check(
        "fn f(lock: &Lock<'_>) {}",
        expect![[r#"
        &Lock<'_>
        the lock is taken by `&mut`
        help: `lock: &mut Lock<'_>` as the first parameter
        note: most of what a turn does with it changes the isolate
    "#]],
    );
    check(
        "fn f(lock: Lock<'_>) {}",
        expect![[r#"
        Lock<'_>
        the lock is borrowed, never owned
        help: `lock: &mut Lock<'_>` as the first parameter
        note: R7 no-escape: a turn lends it to one call after another and ends with it
    "#]],
    );
    check(
        "fn f(a: u8, lock: &mut Lock<'_>) {}",
        expect![[r#"
        &mut Lock<'_>
        the lock is the first parameter
        help: `lock: &mut Lock<'_>` as the first parameter
        note: what comes after it are captures and arguments from JavaScript
    "#]],
    );
    check(
        "fn f(#[capture] lock: &mut Lock<'_>) {}",
        expect![[r#"
        &mut Lock<'_>
        the lock can't be captured
        help: remove `#[capture]` and take `lock: &mut Lock<'_>` as the first parameter
        note: R7 no-escape: it proves that this turn is running, and a capture lives longer than a turn
    "#]],
    );
    check(
        "async fn f(lock: &mut Lock<'_>, a: u8) {}",
        expect![[r#"
        &mut Lock<'_>
        an async host function can't take the lock
        help: take `ev: Event` first and enter where it is needed: `ev.run((..), |lock, (..)| ..).await`
        note: R7 no-escape: the lock isn't held while awaiting, so nobody may keep it across one
    "#]],
    );
}

#[test]
fn events() {
    check(
        "fn f(ev: Event) {}",
        expect![[r#"
        Event
        only an async host function takes an `Event`
        help: take `lock: &mut Lock<'_>` and ask it: `lock.event()`
        note: a sync function runs inside a turn, which knows its event; an async one has no turn to ask
    "#]],
    );
    check(
        "async fn f(a: u8, ev: Event) {}",
        expect![[r#"
        Event
        the event is the first parameter
        help: `ev: Event` as the first parameter
        note: what comes after it are captures and arguments from JavaScript; `#[capture]` takes another event along
    "#]],
    );
    check(
        "async fn f(ev: &Event) {}",
        expect![[r#"
        &Event
        the event is taken by value
        help: `ev: Event`
        note: the function outlives the turn that lends it; an event is a handle
    "#]],
    );
}

#[test]
fn captures() {
    check(
        "fn f(#[capture(by_ref)] a: u8, #[capture] #[capture] b: u8) {}",
        expect![[r#"
            by_ref
            `#[capture]` has no option `by_ref`
            help: `#[capture]`, or `#[capture(trusted = "why this may cross")]`
            note: whether the capture is lent or cloned is said by its type: `&Type` or `Type`

            #[capture]
            `#[capture]` is given twice
            help: keep one of them
            note: a capture is one field of the binding
        "#]],
    );
    check(
        "fn f(#[capture] a: &mut Counter) {}",
        expect![[r#"
        mut
        a capture can't be taken by `&mut`
        help: `&Arc<Mutex<Counter>>`, an atomic, or a channel
        note: R2 explicit-captures: captures are shared by all calls of the function, and a call may happen inside another
    "#]],
    );
    check(
        "fn f<'s>(#[capture] a: &'s str, #[capture] b: View<'s>, #[capture] c: Option<&[u8]>) {}",
        expect![[r#"
            's
            a capture can't borrow for `'s`
            help: capture an owned value; it is lent to a call as `&Type`, which needs no name for its lifetime
            note: R2 explicit-captures: captures are fields of the binding, which outlives the turn that made it

            &[u8]
            a capture can't hold the reference `&[u8]`
            help: capture an owned value: `Vec<u8>`
            note: R2 explicit-captures: captures are fields of the binding, which outlives the turn that made it
        "#]],
    );
    check(
        "fn f(#[capture] a: Local<'_, Value>) {}",
        expect![[r#"
        Local
        a `Local` can't be captured
        help: capture a `JsRoot`, made by `lock.root(value)`, and open it with the lock
        note: R7 no-escape: a local dies with its turn, and the binding lives on
    "#]],
    );
    check(
        "async fn f(#[capture] a: &str) {}",
        expect![[r#"
        &
        an async host function can't capture by reference
        help: take it by value, it is cloned for each call: `String`
        note: R2 explicit-captures: the function runs on when the turn is over, and the binding may be gone by then
    "#]],
    );
}

#[test]
fn arguments() {
    check(
        "fn f(a: &str, b: Option<&'static [u8]>, c: &Local<'_, Value>) {}",
        expect![[r#"
            &str
            an argument from JavaScript can't be the reference `&str`
            help: take it by value: `String`, or mark the parameter `#[capture]` if it isn't an argument
            note: R7 no-escape: an argument is converted to a Rust value of its own; there is nothing to borrow it from

            &'static [u8]
            an argument from JavaScript can't be the reference `&'static [u8]`
            help: take it by value: `Vec<u8>`, or mark the parameter `#[capture]` if it isn't an argument
            note: R7 no-escape: an argument is converted to a Rust value of its own; there is nothing to borrow it from

            &Local<'_, Value>
            an argument from JavaScript can't be the reference `&Local<'_, Value>`
            help: take it by value: `Local<'_, Value>`, or mark the parameter `#[capture]` if it isn't an argument
            note: R7 no-escape: an argument is converted to a Rust value of its own; there is nothing to borrow it from
        "#]],
    );
    check(
        "async fn f(a: Local<'_, Value>, b: View<'_>) {}",
        expect![[r#"
        Local
        an async host function can't have a `Local` in its signature
        help: take an owned type, or a `JsRoot`, and make locals inside a turn: `ev.run((..), |lock, (..)| ..).await`
        note: R7 no-escape: the lock isn't held while awaiting, and a local is valid only under it

        '_
        an async host function can't take an argument that borrows (`'_`)
        help: take an owned value
        note: R7 no-escape: it runs on after the turn that called it, so it can borrow nothing from there
    "#]],
    );
}

#[test]
fn counts() {
    let captures: String = (0..13).map(|n| format!("#[capture] c{n}: u8, ")).collect();
    let args: String = (0..14).map(|n| format!("a{n}: u8, ")).collect();
    check(
        &format!("fn many({captures}{args}) {{}}"),
        expect![[r#"
        c12
        13 captures are more than the 12 that a turn can take
        help: put some of the captures together in a struct
        note: R2 explicit-captures: what a turn takes along is listed in a tuple, and tuples have at most 12 elements

        a12
        14 arguments are more than the 12 that a turn can take
        help: put some of the arguments together in a struct
        note: R2 explicit-captures: what a turn takes along is listed in a tuple, and tuples have at most 12 elements
    "#]],
    );
}
