//! What `#[thread_affine]` says of the marked methods of `impl` blocks: the source that an error is shown at, then its text.

use expect_test::{Expect, expect};

use super::{affine_mistakes, thread_affine, tokens};

fn check(attr: &str, item: &str, expected: Expect) {
    expected.assert_eq(&affine_mistakes(attr, item));
}

fn method(method: &str, expected: Expect) {
    expected.assert_eq(&affine_mistakes("", &format!("impl Kv {{ #[isolate_fn] {method} }}")));
}

#[test]
fn markers_and_qualifiers() {
    method(
        "#[isolate_fn] fn f(&self) {}",
        expect![[r#"
        isolate_fn
        `#[isolate_fn]` is given twice
        help: keep one of them
        note: the handle has a method once
    "#]],
    );
    check(
        "",
        "impl Kv { #[isolate_fn(name = \"x\")] fn f(&self) {} }",
        expect![[r#"
        name
        `#[isolate_fn]` on a method has no option `name`
        help: `nested` keeps the method's `Result` inside that of the call; `crate = path` goes to `#[thread_affine(..)]`
        note: the handle's method has the method's name
    "#]],
    );
    check(
        "",
        "impl Kv { #[isolate_fn = 5] fn f(&self) {} }",
        expect![[r#"
        5
        expected `#[isolate_fn]` or `#[isolate_fn(nested)]`
        help: `nested` keeps the method's `Result` inside that of the call; `crate = path` goes to `#[thread_affine(..)]`
        note: the handle's method has the method's name
    "#]],
    );
    check(
        "",
        "impl Kv { #[isolate_fn(nested, 5)] fn f(&self) {} }",
        expect![[r#"
        , 5
        expected `#[isolate_fn]` or `#[isolate_fn(nested)]`
        help: `nested` keeps the method's `Result` inside that of the call; `crate = path` goes to `#[thread_affine(..)]`
        note: the handle's method has the method's name
    "#]],
    );
    method(
        "unsafe extern \"C\" fn f(&self, n: u8, ...) {}",
        expect![[r#"
        unsafe
        `f` is an `unsafe fn`
        help: make it safe, or mark a safe method that calls it
        note: the handle's method is safe, and its caller is elsewhere: nobody could keep the promises it asks for

        extern "C"
        `f` has an ABI of its own
        help: `fn f(..)`, without `extern`
        note: R10 no-unwind: generated code calls it and catches its panics; they can't cross a foreign ABI

        ...
        a method of a handle can't be variadic
        help: take a `Vec<..>`
        note: what a call takes along is listed by its types
    "#]],
    );
}

#[test]
fn receivers() {
    method(
        "fn f(self: Box<Self>) {}",
        expect![[r#"
        Box<Self>
        `Box<Self>` is no way to reach a value that its owner keeps
        help: `&self`, `&mut self`, or `self` to take the value out of its owner
        note: R5 name-what-is-affine: the value sits in the runtime's own box: there is no `Box`, `Rc`, `Arc` or `Pin` of it to be had
    "#]],
    );
    method(
        "fn f(self: &Arc<Self>) {}",
        expect![[r#"
        &Arc<Self>
        `&Arc<Self>` is no way to reach a value that its owner keeps
        help: `&self`, `&mut self`, or `self` to take the value out of its owner
        note: R5 name-what-is-affine: the value sits in the runtime's own box: there is no `Box`, `Rc`, `Arc` or `Pin` of it to be had
    "#]],
    );
    method(
        "async fn f(&mut self, ev: Event) {}",
        expect![[r#"
        &mut self
        `async fn f` can't hold `self` across an await
        help: `async fn f(this: KvHandle, ev: Event, ..)`, and open it in turns: `this.with_mut(lock, ..)`
        note: R7 no-escape: while it awaits, the lock isn't held, other turns run, and the value may end with its owner
    "#]],
    );
    method(
        "async fn f(this: Other, a: u8) {}",
        expect![[r#"
        Other
        `this` is a `Other`, not the handle
        help: `this: KvHandle`; an argument of the caller's needs another name
        note: `this` is what an async method is called on; the handle is recognised by the last word of its path
    "#]],
    );
    method(
        "async fn f<'a>(this: KvHandle) {}",
        expect![[r#"
        'a
        an async method of a handle has no lifetime parameters, and this one has `'a`
        help: take every parameter by value
        note: R7 no-escape: it runs on after the turn that began it, so it can borrow nothing from there
    "#]],
    );
}

#[test]
fn locks_and_events() {
    method(
        "fn f(&self, a: u8, lock: &mut Lock<'_>) {}",
        expect![[r#"
        &mut Lock<'_>
        the lock stands behind other parameters
        help: `lock: &mut Lock<'_>` right after the receiver
        note: the turn lends it; the caller passes what follows
    "#]],
    );
    method(
        "fn f(&self, lock: &Lock<'_>) {}",
        expect![[r#"
        &Lock<'_>
        the lock is taken by `&mut`
        help: `lock: &mut Lock<'_>` right after the receiver
        note: most of what a turn does with it changes the isolate
    "#]],
    );
    method(
        "fn f(&self, lock: Lock<'_>) {}",
        expect![[r#"
        Lock<'_>
        the lock is borrowed, never owned
        help: `lock: &mut Lock<'_>` right after the receiver
        note: R7 no-escape: a turn lends it to one call after another and ends with it
    "#]],
    );
    method(
        "async fn f(this: KvHandle, lock: &mut Lock<'_>) {}",
        expect![[r#"
        &mut Lock<'_>
        an async method can't have the lock
        help: take `ev: Event`, and enter where you need to: `ev.run((this,), |lock, (this,)| ..).await`
        note: R7 no-escape: the lock isn't held while it awaits
    "#]],
    );
    method(
        "fn f(&self, ev: Event) {}",
        expect![[r#"
        Event
        a sync method has no event of its own
        help: make it an `async fn`, or take `lock: &mut Lock<'_>`: a sync method runs inside one turn
        note: an event is what goes on after an await
    "#]],
    );
    method(
        "async fn f(this: KvHandle, a: u8, ev: Event) {}",
        expect![[r#"
        Event
        the event stands behind other parameters
        help: `ev: Event` right after `this`, or first
        note: the runtime makes it; the caller passes what follows
    "#]],
    );
    method(
        "async fn f(this: KvHandle, ev: &Event) {}",
        expect![[r#"
        &Event
        the event is taken by value
        help: `ev: Event`
        note: the function outlives the turn that lends it; an event is a handle
    "#]],
    );
}

#[test]
fn arguments() {
    method(
        "fn f(&self, (a, b): (u8, u8)) {}",
        expect![[r#"
        (a, b)
        a parameter of a handle's method is a plain name, not a pattern
        help: give the parameter a name and take it apart in the body: `value: (u8, u8)`
        note: the handle's method has a parameter of the same name
    "#]],
    );
    method(
        "fn f(&self, #[cfg(x)] lock: &mut Lock<'_>, #[cfg_attr(x, y)] a: u8) {}",
        expect![[r#"
            cfg
            `#[cfg(..)]` stands on arguments only
            help: mark two methods, each under its own `#[cfg(..)]`
            note: whether there is a lock or an event decides how the method is called

            cfg_attr
            `#[cfg_attr(..)]` on a parameter is for the levels of lints only
            help: `#[cfg(..)]` on the parameter, or two methods, each under its own `#[cfg(..)]`
            note: the handle's method is written out before the condition is known
        "#]],
    );
    method(
        "fn f(&self, #[capture] a: u8) {}",
        expect![[r#"
        #[capture]
        a method has no captures: what it works on is `self`
        help: make it a field, or an argument without `#[capture]`
        note: R2 explicit-captures: captures belong to functions that JavaScript calls; a handle's method is called by Rust, which passes everything
    "#]],
    );
    method(
        "fn f(&self, other: Self) {}",
        expect![[r#"
        Self
        `Self` as an argument would have to leave its owner
        help: take its handle, and open it with the lock: `other: KvHandle`
        note: R5 name-what-is-affine: the caller is outside of the turn, and only the handle is sendable
    "#]],
    );
    method(
        "fn f(&self, other: &mut Kv) {}",
        expect![[r#"
        &mut Kv
        `&mut Kv` as an argument would have to leave its owner
        help: take its handle, and open it with the lock: `other: KvHandle`
        note: R5 name-what-is-affine: the caller is outside of the turn, and only the handle is sendable
    "#]],
    );
    method(
        "fn f(&self, ctx: &IoContext) {}",
        expect![[r#"
        IoContext
        `&IoContext` is a strong reference to a context
        help: take `WeakIoContext`, or `ev: Event` as the first parameter of an async function
        note: R3 weak-across-threads: a strong context that a function holds on to keeps a dead context's heap alive
    "#]],
    );
    method(
        "fn f(&self, v: Local<'_, Value>) {}",
        expect![[r#"
        Local
        a `Local` can't be an argument of a handle's method
        help: take a `JsRoot`, and open it in the turn: `root.get(lock)`
        note: R7 no-escape: the caller is outside of the turn, and a local is valid only inside
    "#]],
    );
    method(
        "async fn f(this: KvHandle, key: &str) {}",
        expect![[r#"
        &
        an async method of a handle can't borrow its arguments
        help: take it by value: `String`
        note: R7 no-escape: it runs on after the call, and its caller may be gone by then
    "#]],
    );
    method(
        "fn f(&self, out: &mut Vec<u8>) {}",
        expect![[r#"
        mut
        an argument can't be lent by `&mut`
        help: take a `Vec<u8>` and return the new value
        note: R2 explicit-captures: the value crosses into the turn: the caller would not see the change
    "#]],
    );
    method(
        "fn f(&self, key: Option<&str>, keys: &[&str]) {}",
        expect![[r#"
        &str
        an argument can't hold the reference `&str`
        help: `String`; only a whole argument may be a reference, and the handle's method takes what owns it
        note: R2 explicit-captures: the call may wait for its turn, and its caller doesn't wait with it

        &str
        an argument can't hold the reference `&str`
        help: `String`; only a whole argument may be a reference, and the handle's method takes what owns it
        note: R2 explicit-captures: the call may wait for its turn, and its caller doesn't wait with it
    "#]],
    );
    method(
        "fn f<'a>(&self, key: Cow<'a, str>) {}",
        expect![[r#"
        'a
        an argument can't borrow for `'a`
        help: take an owned value
        note: R7 no-escape: the call may wait for its turn, and its caller doesn't wait with it
    "#]],
    );
    let many: String = (0..13).map(|n| format!("a{n}: u8, ")).collect();
    let text = affine_mistakes("", &format!("impl Kv {{ #[isolate_fn] fn f(&self, {many}) {{}} }}"));
    assert!(text.starts_with("a12\n13 arguments are more than the 12"), "{text}");
}

#[test]
fn results() {
    method(
        "fn f(&self) -> ! { loop {} }",
        expect![[r#"
        !
        a method of a handle can't return `!`
        help: return `Result<(), E>`
        note: R10 no-unwind: a method that never returns can only panic, block or exit while its turn holds the isolate
    "#]],
    );
    method(
        "async fn f(this: KvHandle) -> Result<Self, E> {}",
        expect![[r#"
            Result<Self, E>
            an async method can't return `Result<Self, E>`: it runs outside of turns
            help: give it to its owner and return its handle, `KvHandle`: `Ok(ev.own(value).await?)`
            note: R5 name-what-is-affine: affinity begins where the owner gets the value, and that takes the lock
        "#]],
    );
    method(
        "fn f(&self) -> impl Sized {}",
        expect![[r#"
        impl Sized
        a method of a handle can't return `impl Trait`
        help: name the type
        note: the handle's method has to name its result, and rustc can't see that a hidden type is `Portable`
    "#]],
    );
    method(
        "fn f(&self) -> Local<'_, Value> {}",
        expect![[r#"
        Local
        a method of a handle can't return a `Local`
        help: return a `JsRoot`, made by `lock.root(value)`, or convert it
        note: R7 no-escape: the result leaves the turn, and the local doesn't
    "#]],
    );
    method(
        "fn f(&self) -> Option<&str> {}",
        expect![[r#"
        &str
        a method of a handle can't return the reference `&str`
        help: return it by value: `String`; inside a turn call the method itself: `handle.with(lock, ..)`
        note: R7 no-escape: the result leaves the turn, and what it borrows from stays with its owner
    "#]],
    );
    method(
        "fn f(&self) -> Statement<'_> {}",
        expect![[r#"
        '_
        a method of a handle can't return something that borrows (`'_`)
        help: return an owned value, or own the part, too, and return its handle
        note: R7 no-escape: the result leaves the turn, and what it borrows from stays with its owner
    "#]],
    );
}

#[test]
fn r4_blocking_calls_of_methods() {
    method(
        "fn f(&self) { block_on(g()) }",
        expect![[r#"
        block_on
        `block_on` blocks while the isolate's lock is held
        help: make it an `async fn` and `.await` there: the lock isn't held while it waits
        note: R4 no-blocking: everyone else who wants the isolate waits as long, and for ever if this waits for one of them; the check is syntactic and sees direct calls only: none behind other functions, in macros, or handed to a `spawn`
    "#]],
    );
    let (_, errors) = thread_affine::analyse(tokens(""), tokens("impl Kv { fn f(&self) { block_on(g()) } }"));
    assert!(errors.is_empty(), "an unmarked method is nobody's business");
}

#[test]
fn r3_what_async_methods_keep_across_an_await() {
    method(
        "async fn f(this: KvHandle, m: Arc<Mutex<u8>>) { let g = m.lock().unwrap(); h().await; drop(g); }",
        expect![[r#"
            g
            `g` holds a lock while the function awaits
            help: end it before the `.await`: `drop(g);`, or a block of its own around its `let`
            note: R4 no-blocking: whoever wants that lock meanwhile blocks, and a turn that does keeps everyone out of the isolate; the check is syntactic and sees `let`s of this body only: no fields, closures, macros or locks behind functions
        "#]],
    );
}
