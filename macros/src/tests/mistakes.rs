//! What is said about options, items and signatures: the source that an error is shown at, then its text.

use expect_test::{Expect, expect};

use super::{fallback, mistakes};

fn check(item: &str, expected: Expect) {
    expected.assert_eq(&mistakes("", item));
}

#[test]
fn options() {
    let attr = r#"nmae = "x", name = 5, name = "a.b", crate = "foo::bar", crate, "#;
    expect![[r#"
        nmae
        `#[isolate_fn]` has no option `nmae`
        help: the options are `name = "jsName"` and `crate = path`
        note: everything else is said by the signature: `#[capture]`, `lock: &mut Lock<'_>`, `ev: Event`

        5
        the option `name` takes a string literal
        help: `name = "jsName"`
        note: it is the name that JavaScript code calls the function by

        name
        the option `name` is given twice
        help: keep one `name = ..`
        note: a binding has one of each

        "foo::bar"
        the option `crate` takes a path
        help: `crate = foo::bar`
        note: it says where the generated code finds isolock when it isn't a dependency of that name

        crate
        the option `crate` is given twice
        help: keep one `crate = ..`
        note: a binding has one of each
    "#]]
    .assert_eq(&mistakes(attr, "fn f() {}"));
    expect![[r#"
        "a.b"
        `a.b` is not a JavaScript identifier
        help: `name = "aB"`
        note: the name becomes one property of the object the function is installed on; dots make no namespaces

        crate
        the option `crate` needs a value
        help: `crate = path::to::isolock`
        note: an option is a word, `=` and a value

        "text"
        expected an option of `#[isolate_fn]`
        help: the options are `name = "jsName"` and `crate = path`
        note: an option is a word, `=` and a value; options are separated by commas
    "#]]
    .assert_eq(&mistakes(r#"name = "a.b", crate, "text""#, "fn f() {}"));
    expect![[r#"
        c
        unexpected tokens after the value of `crate`
        help: put a comma between two options
        note: the options are `name = "jsName"` and `crate = path`

        name
        the option `name` needs a value
        help: `name = "jsName"`
        note: an option is a word, `=` and a value
    "#]]
    .assert_eq(&mistakes(r#"crate = a::b c, name("x")"#, "fn f() {}"));
    expect![[r#"
        5
        the option `crate` takes a path
        help: `crate = path::to::isolock`
        note: it says where the generated code finds isolock when it isn't a dependency of that name

        name
        the option `name` needs a value
        help: `name = "jsName"`
        note: an option is a word, `=` and a value
    "#]]
    .assert_eq(&mistakes(r#"crate = 5, name ="#, "fn f() {}"));
}

#[test]
fn options_and_signature_are_reported_together() {
    expect![[r#"
        foo
        `#[isolate_fn]` has no option `foo`
        help: the options are `name = "jsName"` and `crate = path`
        note: everything else is said by the signature: `#[capture]`, `lock: &mut Lock<'_>`, `ev: Event`

        &str
        an argument from JavaScript can't be the reference `&str`
        help: take it by value: `String`, or mark the parameter `#[capture]` if it isn't an argument
        note: R7 no-escape: an argument is converted to a Rust value of its own; there is nothing to borrow it from
    "#]]
    .assert_eq(&mistakes("foo", "fn f(a: &str) {}"));
}

#[test]
fn other_items() {
    check(
        "pub struct S { a: u8 }",
        expect![[r#"
        struct
        `#[isolate_fn]` is for functions, and this is a struct
        help: annotate a free function: `#[isolate_fn] fn name(arg: f64) -> f64 { .. }`
        note: a binding stands for one function that JavaScript can call; its fields are the parameters marked `#[capture]`
    "#]],
    );
    let kinds = [
        ("enum E {}", "an enum"),
        ("union U { a: u8 }", "a union"),
        ("pub trait T {}", "a trait"),
        ("unsafe trait T {}", "a trait"),
        ("impl S { fn f(#[capture] a: u8) {} }", "an `impl` block"),
        ("unsafe impl T for S {}", "an `impl` block"),
        ("mod m {}", "a module"),
        ("use a::b;", "an import"),
        ("type A = B;", "a type alias"),
        ("static A: u8 = 1;", "a static"),
        ("const A: u8 = 1;", "a constant"),
        ("extern crate a;", "an `extern crate`"),
        ("extern \"C\" { fn f(); }", "an `extern` block"),
        ("unsafe extern \"C\" { fn f(); }", "an `extern` block"),
        ("macro_rules! m { () => {} }", "a macro"),
        ("m! { x }", "a macro call"),
        ("let x = 1;", "a `let` statement"),
    ];
    for (item, kind) in kinds {
        let text = mistakes("", item);
        assert!(text.contains(&format!("`#[isolate_fn]` is for functions, and this is {kind}\n")), "{text}");
        // It is emitted as it was.
        assert_eq!(fallback("", item), super::tokens(item).to_string());
    }
}

#[test]
fn broken_signature() {
    check(
        "fn f(a: f64, b) {}",
        expect![[r#"
        )
        `#[isolate_fn]` can't read this function's signature: expected `:`
        help: finish it: `fn name(arg: f64) -> f64 { .. }`
        note: until then the item is left as it is and has no binding
    "#]],
    );
    check(
        "fn f",
        expect![[r#"

        `#[isolate_fn]` can't read this function's signature: unexpected end of input, expected parentheses
        help: finish it: `fn name(arg: f64) -> f64 { .. }`
        note: until then the item is left as it is and has no binding
    "#]],
    );
    check(
        "fn declared(a: f64);",
        expect![[r#"
        ;
        the function `declared` has no body
        help: `fn declared(..) { .. }`
        note: declarations in traits and `extern` blocks have nothing to run; free functions only
    "#]],
    );
    check(
        "",
        expect![[r#"

        `#[isolate_fn]` can't read this function's signature: unexpected end of input, expected `fn`
        help: finish it: `fn name(arg: f64) -> f64 { .. }`
        note: until then the item is left as it is and has no binding
    "#]],
    );
    assert_eq!(fallback("", "pub fn f(#[capture] a) { x }"), "pub fn f (# [capture] a) { x }");
}

#[test]
fn twice() {
    check(
        "#[isolock::isolate_fn(name = \"g\")] fn f() {}",
        expect![[r#"
        isolock::isolate_fn
        `#[isolate_fn]` is given twice
        help: keep one of them; options stand together: `#[isolate_fn(name = "jsName", crate = path)]`
        note: a function has one binding
    "#]],
    );
    assert_eq!(fallback("", "#[isolate_fn] #[inline] fn f() {}"), "# [inline] fn f () { }");
}

#[test]
fn qualifiers_are_reported_together() {
    check(
        "unsafe extern \"C\" fn f(&self, a: f64, ...) {}",
        expect![[r#"
        unsafe
        `f` is an `unsafe fn`
        help: make it safe, or call it from a safe function: `fn f_checked(..) { unsafe { f(..) } }`
        note: JavaScript can't keep the promises that an unsafe function asks of its caller

        extern "C"
        `f` has an ABI of its own
        help: `fn f(..)`, without `extern`
        note: R10 no-unwind: V8 calls generated code that catches panics; the function behind it is an ordinary Rust function

        &self
        `#[isolate_fn]` takes no methods: this function has a `self`
        help: write a free function; what it works on is a capture: `#[capture] this: &Type`
        note: free functions only: the binding is a struct beside the function, and an `impl` block can't hold one

        ...
        a host function can't be variadic
        help: take the arguments one by one, the optional ones as `Option<..>` at the end
        note: every argument is converted from JavaScript with a type of its own
    "#]],
    );
}

#[test]
fn generics() {
    check(
        "fn f<T: Clone, const N: usize>(a: f64) where T: Copy {}",
        expect![[r#"
            T
            nothing says which `T` the binding of `f` is for
            help: add the parameter `#[capture] _kind: PhantomData<T>`, or write a concrete type for `T`
            note: a binding's parameters are found from what it captures: JavaScript passes values, never Rust types

            N
            nothing says which `N` the binding of `f` is for
            help: add the parameter `#[capture] _size: PhantomData<[(); N]>`, or write a number for `N`
            note: a binding's parameters are found from what it captures: JavaScript passes values, never Rust types
        "#]],
    );
    check("fn f<'a, 'b>(lock: &'a mut Lock<'b>) {}", expect![""]);
    check(
        "fn f<'a: 'static>(lock: &mut Lock<'a>) {}",
        expect![[r#"
            'static
            `'a` can't be required to outlive `'static`
            help: remove the bound: `<'a>`
            note: R7 no-escape: what a call is lent ends before its turn, and the turn outlives nothing but what it lends
        "#]],
    );
    check(
        "async fn f<'a>(a: f64) {}",
        expect![[r#"
        'a
        an async host function has no lifetime parameters, and this one has `'a`
        help: take every parameter by value
        note: R7 no-escape: it runs on after the turn that called it, so it can borrow nothing from there
    "#]],
    );
}

#[test]
fn results() {
    check(
        "fn f() -> ! { loop {} }",
        expect![[r#"
        !
        a host function can't return `!`
        help: return `Result<(), E>`: an `Err` is thrown to the caller as an exception
        note: R10 no-unwind: a function that never returns can only panic, block or exit while JavaScript waits for it
    "#]],
    );
    check(
        "fn f() -> Option<impl Iterator<Item = u8>> {}",
        expect![[r#"
            impl Iterator<Item = u8>
            a host function can't return `impl Trait`
            help: name the type: `Vec<f64>` for `impl Iterator<Item = f64>`, `async fn` for `impl Future`
            note: the binding's `run` has to name its result, and rustc can't see that a hidden type is `Portable`
        "#]],
    );
    check(
        "fn f(#[capture] c: &String) -> Result<&str, ()> {}",
        expect![[r#"
        &str
        a host function can't return the reference `&str`
        help: return it by value: `String`
        note: R7 no-escape: the result leaves the turn, and what it borrows from does not
    "#]],
    );
    check(
        "async fn f() -> Cow<'_, str> {}",
        expect![[r#"
        '_
        an async host function can't return something that borrows (`'_`)
        help: return an owned value
        note: R7 no-escape: it ends long after the turn that called it, and there is nothing left to borrow from
    "#]],
    );
    check(
        "async fn f() -> Option<v8::Local<'_, Value>> {}",
        expect![[r#"
        Local
        an async host function can't have a `Local` in its signature
        help: take an owned type, or a `JsRoot`, and make locals inside a turn: `ev.run((..), |lock, (..)| ..).await`
        note: R7 no-escape: the lock isn't held while awaiting, and a local is valid only under it
    "#]],
    );
}

#[test]
fn names() {
    check(
        "fn f64(a: f64) {}",
        expect![[r#"
        f64
        the binding of `f64` would hide the primitive type `f64`
        help: rename the function and keep its name in JavaScript: `#[isolate_fn(name = "f64")]`
        note: the binding is a struct with the function's name, in the same module
    "#]],
    );
    check(
        "fn url(a: Option<url::Url>) -> ::url::Url {}",
        expect![[r#"
        url
        `url` in `url::Url` would name the binding of this function
        help: rename the function (`#[isolate_fn(name = ..)]` keeps its name in JavaScript) or write `::url::Url`
        note: the binding is a struct with the function's name, in the same module
    "#]],
    );
}

#[test]
fn r4_blocking_calls() {
    check(
        "fn f(a: f64) { futures::executor::block_on(g()); let n = ctx.run_blocking((), |l, ()| 1) + 1; }",
        expect![[r#"
            block_on
            `block_on` blocks while the isolate's lock is held
            help: make it an `async fn` and `.await` there: the lock isn't held while it waits
            note: R4 no-blocking: everyone else who wants the isolate waits as long, and for ever if this waits for one of them; the check is syntactic and sees direct calls only: none behind other functions, in macros, or handed to a `spawn`

            run_blocking
            `run_blocking` blocks while the isolate's lock is held
            help: make it an `async fn` and `.await` there: the lock isn't held while it waits
            note: R4 no-blocking: everyone else who wants the isolate waits as long, and for ever if this waits for one of them; the check is syntactic and sees direct calls only: none behind other functions, in macros, or handed to a `spawn`
        "#]],
    );
    for unseen in [
        "fn f() { thread::spawn(move || block_on(g())); }",
        "fn f() { Builder::new().spawn(|| rt.block_on(g())); }",
        "fn f() { let task = async { block_on(g()) }; }",
        "fn f() { fn inner() { block_on(g()) } }",
        "fn f() { log!(block_on(g())) }",
        "async fn f() { block_on(g()) }",
        // Being typed.
        "fn f() { block_on(g()); a. }",
    ] {
        super::expand_any(unseen);
    }
    let closure = mistakes("", "fn f() { xs.map(|x| rt.block_on(x)) }");
    assert!(closure.starts_with("block_on\n"), "{closure}");
}
