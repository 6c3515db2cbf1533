//! What generic functions and functions with lifetimes become, and what is said about those that can't be bound.

use expect_test::{Expect, expect, expect_file};

use super::{expand, expand_any, mistakes};

fn check(item: &str, expected: Expect) {
    expected.assert_eq(&mistakes("", item));
}

#[test]
fn generic() {
    let item = "
        pub fn convert<T: Into<U> + Portable, U, const N: usize>(
            #[capture] values: &[T; N],
            #[capture] _into: PhantomData<U>,
            index: f64,
        ) -> U
        where
            U: for<'s> IntoJs<'s> + Portable,
            String: Clone,
        {
            values[index as usize].into()
        }
    ";
    expect_file!["expected/generic.rs"].assert_eq(&expand("", item));
}

#[test]
fn generic_async_with_impl_trait_and_trust() {
    let item = r#"
        async fn relay<T: Portable>(
            ev: Event,
            #[capture(trusted = "a handle without V8 inside")] client: Client<T>,
            #[capture] source: Arc<impl Source<T> + Sync>,
            key: String,
        ) -> Result<String, Error> {
            client.relay(&source, key).await
        }
    "#;
    expect_file!["expected/generic_async.rs"].assert_eq(&expand("", item));
}

#[test]
fn lifetimes() {
    let item = "
        fn lookup<'a, 's: 'a, 'db, T: View<'s> + Portable>(
            lock: &'a mut Lock<'s>,
            #[capture] db: &'db Db<T>,
            #[capture(trusted = \"a table\",)] table: &Table,
            key: Local<'s, Value>,
        ) -> Local<'s, Value>
        where
            's: 'db,
            Vec<T>: Rows<'s>,
        {
            db.get(lock, key)
        }
    ";
    expect_file!["expected/lifetimes.rs"].assert_eq(&expand("", item));
}

#[test]
fn parameters_that_captures_name() {
    for item in [
        "fn f<T>(#[capture] a: T) {}",
        "fn f<T: Iterator>(#[capture] a: &T::Item) {}",
        "fn f<T: Iterator>(#[capture] a: <T as Iterator>::Item) {}",
        "fn f<const N: usize>(#[capture] a: [u8; N], #[capture] b: Grid<{ N }>) {}",
        "fn f<T>(#[capture] a: Arc<dyn Fn(T) -> T + Send + Sync>) {}",
        "fn f<T>(#[capture] a: list!(T)) {}",
        "fn f<r#type>(#[capture] a: r#type) {}",
        "async fn f<T>(#[capture] a: T, b: T) -> T {}",
    ] {
        expand_any(item);
    }
    check(
        "fn f<A, B: Into<A>, const N: usize>(#[capture] a: &impl Into<A>, b: B) -> [u8; N] {}",
        expect![[r#"
            A
            nothing says which `A` the binding of `f` is for
            help: add the parameter `#[capture] _kind: PhantomData<A>`, or write a concrete type for `A`
            note: a binding's parameters are found from what it captures: JavaScript passes values, never Rust types

            B
            nothing says which `B` the binding of `f` is for
            help: add the parameter `#[capture] _kind: PhantomData<B>`, or write a concrete type for `B`
            note: a binding's parameters are found from what it captures: JavaScript passes values, never Rust types

            N
            nothing says which `N` the binding of `f` is for
            help: add the parameter `#[capture] _size: PhantomData<[(); N]>`, or write a number for `N`
            note: a binding's parameters are found from what it captures: JavaScript passes values, never Rust types
        "#]],
    );
}

#[test]
fn names_of_impl_traits_are_free() {
    let code = expand("", "fn f<ImplA>(#[capture] a: &impl A, #[capture] b: (impl A, impl B), #[capture] c: ImplA) {}");
    assert!(code.contains("impl<ImplA, ImplA_: A, ImplB: A, ImplB_: B> f<ImplA, ImplA_, ImplB, ImplB_>"), "{code}");
    assert!(code.contains("f::<ImplA>"), "{code}");
}

#[test]
fn the_struct_has_bounds_where_its_fields_may_need_them() {
    for captures in ["T", "Vec<Arc<(T, [T; 4])>>", "std::sync::Arc<Mutex<T>>", "PhantomData<T>"] {
        let code = expand("", &format!("fn f<T: Bound>(#[capture] a: {captures}) where T: Other {{}}"));
        assert!(code.contains("struct f<T> {"), "{code}");
    }
    for captures in ["T::Item", "Client<T>", "Vec<<T as Bound>::Item>", "dyn_of!(T)", "Box<dyn Fn(T) -> T>", "fn(T)"] {
        let code = expand("", &format!("fn f<T: Bound>(#[capture] a: {captures}) where T: Other {{}}"));
        assert!(code.contains("struct f<T: Bound>\nwhere\n    T: Other,\n{"), "{code}");
    }
    let code = expand("", "fn f<T: ?Sized>(#[capture] a: Box<T>) {}");
    assert!(code.contains("struct f<T: ?Sized> {"), "{code}");
}

#[test]
fn lifetimes_that_do_not_fit() {
    for fits in [
        "fn f<'a, 's>(lock: &'a mut Lock<'s>, v: Local<'s, Value>) -> Local<'s, Value> {}",
        "fn f<'s>(lock: &mut Lock<'_>, v: Local<'s, Value>) -> Local<'s, Value> {}",
        "fn f<'s, 'c, 'd: 'c>(lock: &mut Lock<'s>, #[capture] a: &'c A, #[capture] b: &'d B) {}",
        "fn f<'a>(#[capture] a: &'a str) -> f64 {}",
        "fn f<'a>() where 'a: 'a {}",
    ] {
        expand_any(fits);
    }
    check(
        "fn f<'a, 's: 'static>(lock: &'a mut Lock<'s>) where 'a: 's {}",
        expect![[r#"
        'static
        `'s` can't be required to outlive `'static`
        help: remove the bound: `<'s>`
        note: R7 no-escape: what a call is lent ends before its turn, and the turn outlives nothing but what it lends

        's
        `'a` can't be required to outlive `'s`
        help: remove the bound: `<'a>`
        note: R7 no-escape: what a call is lent ends before its turn, and the turn outlives nothing but what it lends
    "#]],
    );
    check(
        "fn f<'s>(lock: &'s mut Lock<'s>) {}",
        expect![[r#"
        's
        the lock can't be borrowed for `'s`, the whole turn
        help: `lock: &mut Lock<'s>`
        note: R7 no-escape: a turn lends it to one call after another
    "#]],
    );
    check(
        "fn f(lock: &mut Lock<'static>, v: Local<'static, Value>) -> v8::Local<'static, Value> {}",
        expect![[r#"
        Lock
        no turn lasts for `'static`
        help: `lock: &mut Lock<'_>`, or a lifetime parameter of the function
        note: R7 no-escape: the lock is lent to the call, and the turn ends

        Local
        a `Local<'static, _>` would outlive its turn
        help: `Local<'_, _>`, or `Local<'s, _>` with the lifetime of `Lock<'s>`; what has to live on is a `JsRoot`
        note: R7 no-escape: after the turn the handle's slot is reused

        Local
        a `Local<'static, _>` would outlive its turn
        help: `Local<'_, _>`, or `Local<'s, _>` with the lifetime of `Lock<'s>`; what has to live on is a `JsRoot`
        note: R7 no-escape: after the turn the handle's slot is reused
    "#]],
    );
    check(
        "fn f<'s, 'b>(lock: &mut Lock<'s>, v: Local<'b, Value>) -> Option<View<'b>> {}",
        expect![[r#"
            'b
            `'b` is not the turn's lifetime, which is `'s`
            help: write `'s` here, too
            note: R7 no-escape: arguments and results live as long as the turn; other lifetimes are for the references that a call is lent

            'b
            `'b` is not the turn's lifetime, which is `'s`
            help: write `'s` here, too
            note: R7 no-escape: arguments and results live as long as the turn; other lifetimes are for the references that a call is lent
        "#]],
    );
    check(
        "fn f<'s>(lock: &mut Lock<'s>, #[capture] db: &'s Db) {}",
        expect![[r#"
        's
        a capture can't borrow for `'s`
        help: capture an owned value; it is lent to a call as `&Type`, which needs no name for its lifetime
        note: R2 explicit-captures: captures are fields of the binding, which outlives the turn that made it
    "#]],
    );
    check(
        "fn f<'c>(#[capture] name: &'c String) -> Cow<'c, str> {}",
        expect![[r#"
        'c
        a capture can't borrow for `'c`
        help: capture an owned value; it is lent to a call as `&Type`, which needs no name for its lifetime
        note: R2 explicit-captures: captures are fields of the binding, which outlives the turn that made it
    "#]],
    );
}

#[test]
fn the_lock_by_another_name() {
    check(
        "fn f(js: &mut Js<'_>, a: f64) {}",
        expect![[r#"
        Js<'_>
        `&mut Js<'_>` is neither the lock by its name nor an argument
        help: if it is an alias of the lock, write `lock: &mut Lock<'_>` as the first parameter; if it isn't, take an owned value
        note: the lock is recognised by the word `Lock`: an attribute sees no types
    "#]],
    );
    check(
        "fn f<'s>(js: &mut isolock::prelude::Js<'s>) {}",
        expect![[r#"
        isolock::prelude::Js<'s>
        `&mut isolock::prelude::Js<'s>` is neither the lock by its name nor an argument
        help: if it is an alias of the lock, write `lock: &mut Lock<'_>` as the first parameter; if it isn't, take an owned value
        note: the lock is recognised by the word `Lock`: an attribute sees no types
    "#]],
    );
    // Only where a lock would stand.
    check(
        "fn f(a: f64, list: &mut Vec<f64>) {}",
        expect![[r#"
        &mut Vec<f64>
        an argument from JavaScript can't be the reference `&mut Vec<f64>`
        help: take it by value: `Vec<f64>`, or mark the parameter `#[capture]` if it isn't an argument
        note: R7 no-escape: an argument is converted to a Rust value of its own; there is nothing to borrow it from
    "#]],
    );
}
