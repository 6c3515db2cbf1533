//! What `#[thread_affine]` says of options, types and `impl` blocks: the source that an error is shown at, then its text.

use expect_test::{Expect, expect};

use super::affine_mistakes;

fn check(attr: &str, item: &str, expected: Expect) {
    expected.assert_eq(&affine_mistakes(attr, item));
}

#[test]
fn options() {
    check(
        "",
        "struct Kv { own_a: A }",
        expect![[r#"

        nothing says who owns a `Kv`
        help: `#[thread_affine(owner = context)]`, or `owner = isolate`, or `owner = thread`
        note: R5 name-what-is-affine: `context`: opened by the turns of one context, dropped with it; `isolate`: shared by the contexts of an isolate; `thread`: what isn't `Send`, at home on the thread of a pinned isolate
    "#]],
    );
    check(
        "owner = heap",
        "struct Kv;",
        expect![[r#"
        heap
        `heap` is not an owner
        help: `owner = context`, `owner = isolate` or `owner = thread`
        note: R5 name-what-is-affine: `context`: opened by the turns of one context, dropped with it; `isolate`: shared by the contexts of an isolate; `thread`: what isn't `Send`, at home on the thread of a pinned isolate
    "#]],
    );
    check(
        "context",
        "struct Kv;",
        expect![[r#"
        context
        `context` alone is not an option
        help: `owner = context`
        note: the options are `owner = thread | isolate | context`, `handle = Name` and `crate = path`
    "#]],
    );
    check(
        "owner = context, owner = thread, js, handle, crate = \"a::b\"",
        "struct Kv;",
        expect![[r#"
        owner
        the option `owner` is given twice
        help: keep one `owner = ..`
        note: a type has one of each

        js
        `#[thread_affine]` has no option `js`
        help: the options are `owner = thread | isolate | context`, `handle = Name` and `crate = path`
        note: everything else is said by the fields' names and by `#[isolate_fn]` on methods

        handle
        the option `handle` needs a value
        help: `handle = Name`
        note: an option is a word, `=` and a value

        "a::b"
        the option `crate` takes a path
        help: `crate = a::b`
        note: it says where the generated code finds isolock when it isn't a dependency of that name
    "#]],
    );
    check(
        "owner = context context, handle = \"KvRef\", 5",
        "struct Kv;",
        expect![[r#"
        context
        unexpected tokens after the value of `owner`
        help: put a comma between two options
        note: the options are `owner = thread | isolate | context`, `handle = Name` and `crate = path`

        "KvRef"
        the option `handle` takes a name
        help: `handle = KvHandle`
        note: it is the name of the generated handle; on an `impl` block in another module it is the path to it

        5
        expected an option of `#[thread_affine]`
        help: the options are `owner = thread | isolate | context`, `handle = Name` and `crate = path`
        note: an option is a word, `=` and a value; options are separated by commas
    "#]],
    );
    check(
        "owner = context, handle = a::KvRef",
        "struct Kv;",
        expect![[r#"
        a::KvRef
        the handle is generated beside the type, and `a::KvRef` is a path
        help: `handle = KvRef`
        note: on the type the option names a new struct; on an `impl` block it says where that struct is
    "#]],
    );
    check(
        "owner = context",
        "#[thread_affine] struct Kv;",
        expect![[r#"
        thread_affine
        `#[thread_affine]` is given twice
        help: keep one of them; options stand together: `#[thread_affine(owner = context, handle = Name)]`
        note: a type has one owner and one handle
    "#]],
    );
    check(
        "owner, crate",
        "struct Kv;",
        expect![[r#"
        owner
        the option `owner` needs a value
        help: `owner = context`, `owner = isolate` or `owner = thread`
        note: an option is a word, `=` and a value

        crate
        the option `crate` needs a value
        help: `crate = path::to::isolock`
        note: an option is a word, `=` and a value
    "#]],
    );
}

#[test]
fn items() {
    for (kind, item) in [
        ("fn", "fn f() {}"),
        ("async", "async fn f() {}"),
        ("trait", "pub trait T {}"),
        ("mod", "mod m {}"),
        ("union", "union U { a: u8 }"),
        ("type", "type A = B;"),
    ] {
        let text = affine_mistakes("owner = context", item);
        let wanted = "\n`#[thread_affine]` is for structs, enums and `impl` blocks, and this is ";
        assert!(text.starts_with(&format!("{kind}{wanted}")), "{text}");
    }
    check(
        "owner = context",
        "struct Kv { own_conn: , }",
        expect![[r#"
        ,
        `#[thread_affine]` can't read this type: unexpected token, expected `}`
        help: finish it: `struct Kv { own_conn: Connection }`
        note: until then the item is left as it is and has no handle
    "#]],
    );
    check(
        "",
        "impl Kv fn a(&self) {}",
        expect![[r#"
        fn
        `#[thread_affine]` can't read this `impl` block: expected group token
        help: finish it: `impl Kv { #[isolate_fn] fn hits(&mut self) -> u64 { .. } }`
        note: until then the block is left as it is and the handle has none of its methods
    "#]],
    );
    check(
        "",
        "impl !Send for Kv {}",
        expect![[r#"
        !
        `#[thread_affine]` can't read this `impl` block: a negative `impl` has no methods
        help: finish it: `impl Kv { #[isolate_fn] fn hits(&mut self) -> u64 { .. } }`
        note: until then the block is left as it is and the handle has none of its methods
    "#]],
    );
    check(
        "",
        "impl &Kv for Kv {}",
        expect![[r#"
        &Kv
        expected a trait before `for`
        help: `impl Trait for Type`
        note: only a trait can be implemented for a type
    "#]],
    );
}

#[test]
fn fields() {
    check(
        "owner = context",
        "struct Kv<'a> { own_a: &'a A, #[affine] b: B, #[affine(reason = \"\")] c: C, ctx: Option<IoContext>, \
         own_v: v8::Local<'static, Value>, home: AtHome }",
        expect![[r#"
            'a
            `Kv` borrows for `'a`
            help: hold owned values; share with `Arc`, and hold a handle of another resource instead of a reference to it
            note: R7 no-escape: its owner keeps the value for as long as the owner lives, and nothing it could borrow from lives that long

            #[affine]
            an exception needs a reason, a string that isn't empty
            help: `#[affine(reason = "why this field isn't called own_..")]`
            note: R5 name-what-is-affine: a field that holds what is bound to its owner says so by its name; nothing but the reason speaks for another

            ""
            an exception needs a reason, a string that isn't empty
            help: `#[affine(reason = "why this field isn't called own_..")]`
            note: R5 name-what-is-affine: a field that holds what is bound to its owner says so by its name; nothing but the reason speaks for another

            IoContext
            `Option<IoContext>` would keep a context alive from inside
            help: hold a `WeakIoContext`: `lock.context()` in a turn, `ctx.downgrade()` elsewhere
            note: R3 weak-across-threads: the value lives until its owner ends, and the owner until its last strong handle is gone

            Local
            a `Local` can't be kept in a field
            help: keep the value as a `JsRoot`, made by `lock.root(value)`
            note: R7 no-escape: a local ends with its turn; the value lives until its owner ends

            AtHome
            `AtHome` makes the type unsendable, and `owner = context` has to send it
            help: remove the field, or `owner = thread` on a pinned home
            note: R5 name-what-is-affine: on the shared home the turns of a context move between threads, and its values with them
        "#]],
    );
    check(
        "owner = thread",
        "enum E { A(#[affine(reson = \"x\")] B), #[cfg(x)] C { #[affine(reason = \"x\", y)] d: D, #[affine(reason = \"x\")] \
         #[affine(reason = \"y\")] e: E, home: isolock::AtHome } }",
        expect![[r#"
            reson
            an exception needs a reason, a string that isn't empty
            help: `#[affine(reason = "why this field isn't called own_..")]`
            note: R5 name-what-is-affine: a field that holds what is bound to its owner says so by its name; nothing but the reason speaks for another

            y
            an exception needs a reason, a string that isn't empty
            help: `#[affine(reason = "why this field isn't called own_..")]`
            note: R5 name-what-is-affine: a field that holds what is bound to its owner says so by its name; nothing but the reason speaks for another

            affine
            the field has two reasons
            help: keep one of them
            note: `#[affine(reason = "..")]` stands once on a field
        "#]],
    );
}

#[test]
fn blocks() {
    check(
        "owner = context",
        "impl Kv {}",
        expect![[r#"
        owner
        the owner is said once, on the type
        help: `#[thread_affine]` here, and `#[thread_affine(owner = context)]` on the struct or enum
        note: an `impl` block takes `handle = path` and `crate = path`
    "#]],
    );
    check(
        "",
        "impl<'a> Store<'a> for Kv { #[isolate_fn] fn f(&self) {} }",
        expect![[r#"
        'a
        an affine type borrows nothing, and this one is used for `'a`
        help: `impl Kv { .. }`, with type and const parameters only
        note: R7 no-escape: its owner keeps the value for as long as the owner lives
    "#]],
    );
    check(
        "",
        "impl (A, B) { #[isolate_fn] fn f(&self) {} }",
        expect![[r#"
        (A, B)
        `(A, B)` has no handle
        help: `impl Kv { .. }` or `impl Trait for Kv { .. }`, for a type annotated with `#[thread_affine(owner = ..)]`
        note: the handle of `Kv` is `KvHandle`; other kinds of types have none
    "#]],
    );
    check(
        "",
        "#[thread_affine] impl Kv {}",
        expect![[r#"
        thread_affine
        `#[thread_affine]` is given twice
        help: keep one of them; options stand together: `#[thread_affine(owner = context, handle = Name)]`
        note: a type has one owner and one handle
    "#]],
    );
}
