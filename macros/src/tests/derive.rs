//! What `#[derive(Portable)]` becomes, and what it says.

use expect_test::{Expect, expect, expect_file};

use super::{assert_house_style, tokens};
use crate::derive::analyse;

/// The impls for a type without errors, as rustfmt would write them.
fn derive(item: &str) -> String {
    let (expansion, errors) = analyse(tokens(item));
    let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
    assert!(errors.is_empty(), "{item}: {errors:#?}");
    prettyplease::unparse(&syn::parse2(expansion).expect("the expansion is Rust"))
}

/// Each error's source and text. The trait is implemented all the same.
fn check(item: &str, expected: Expect) {
    let (expansion, errors) = analyse(tokens(item));
    let shown: Vec<_> = errors
        .iter()
        .map(|error| {
            let text = error.to_string();
            assert_house_style(&text);
            format!("{}\n{text}\n", error.span().source_text().unwrap_or_default())
        })
        .collect();
    let file: syn::File = syn::parse2(expansion).expect("the expansion is Rust");
    let is = |item: &syn::Item, wanted: &str| match item {
        syn::Item::Macro(_) => wanted == "error",
        syn::Item::Impl(item) => {
            let (path, _) = item.trait_.as_ref().expect("no inherent impl");
            path.segments.last().expect("a path").ident == wanted
        }
        _ => false,
    };
    let count = |wanted: &str| file.items.iter().filter(|item| is(item, wanted)).count();
    assert_eq!((count("error"), count("Portable")), (shown.len(), 1), "{item}");
    expected.assert_eq(&shown.join("\n"));
}

#[test]
fn structs_and_enums() {
    let items = [
        "struct Unit;",
        "pub struct Tuple(u8, pub Vec<String>);",
        "/// Words.\n#[derive(Clone)] #[serde(rename = \"x\")] pub struct Named { #[doc = \"a\"] pub name: String, list: Vec<u8> }",
        "enum Empty {}",
        "#[repr(u8)] enum Job { Stop = 1, Fetch { url: String, reply: Sender<Vec<u8>> }, Say(String, u8) }",
        "struct r#struct { r#type: r#enum }",
    ];
    expect_file!["expected/derive_plain.rs"].assert_eq(&items.map(derive).join("\n"));
}

#[test]
fn generic_and_recursive_types() {
    let items = [
        "struct Wrap<T = u8>(T);",
        "struct All<K: Ord, V: ?Sized, const N: usize = 4>([Box<V>; N], PhantomData<K>) where V: Debug, K: Hash,;",
        "struct Tree { children: Vec<Tree>, parent: Option<Weak<Self>> }",
        "enum List<T> { Nil, Cons(T, Box<List<T>>) }",
        "struct Marked<T> { kind: PhantomData<fn() -> T> }",
    ];
    expect_file!["expected/derive_generic.rs"].assert_eq(&items.map(derive).join("\n"));
}

#[test]
fn options() {
    let items = [
        "#[portable(crate = ::renamed::isolock)] struct Named<T> { a: T }",
        "#[portable(bound())] struct Tag<T>(PhantomData<fn() -> T>) where T: 'static;",
        "#[portable(bound(S: Source, S::Row: Portable,), crate = crate::reexport)] struct Page<S> { rows: Vec<S::Row> }",
    ];
    expect_file!["expected/derive_options.rs"].assert_eq(&items.map(derive).join("\n"));
}

#[test]
fn mistakes_in_options_are_reported_together() {
    check(
        "#[portable(bonud(T: Send), crate, bound = \"T: Send\", 5)]
         #[portable]
         struct S<#[portable()] T> { #[portable(skip)] a: T }",
        expect![[r#"
            bonud
            `#[portable(..)]` has no option `bonud`
            help: the options are `crate = path` and `bound(T: Trait)`: `#[portable(bound(T: Send + 'static))]`
            note: everything else is said by the type: its fields have to be portable, and by default its parameters

            crate
            the option `crate` needs a value
            help: `crate = path::to::isolock`
            note: an option is a word, `=` and a value

            bound
            the option `bound` takes its bounds in parentheses
            help: `bound(T: Send + 'static)`, or `bound()` for none
            note: they stand in the impl's `where` clause instead of `T: Portable` for each type parameter

            5
            expected an option of `#[portable(..)]`
            help: the options are `crate = path` and `bound(T: Trait)`: `#[portable(bound(T: Send + 'static))]`
            note: options are separated by commas

            portable
            `#[portable]` has no options
            help: the options are `crate = path` and `bound(T: Trait)`: `#[portable(bound(T: Send + 'static))]`
            note: options stand in parentheses, separated by commas

            portable
            `#[portable(..)]` can't stand on a field
            help: move it to the type, under its `#[derive(Portable)]`
            note: its options concern the whole impl; each field has to be portable by itself

            portable
            `#[portable(..)]` can't stand on a parameter
            help: move it to the type, under its `#[derive(Portable)]`
            note: its options concern the whole impl; each field has to be portable by itself
        "#]],
    );
    check(
        "#[portable(bound(T: Send +, U), crate = \"a::b\")]
         #[portable(bound(), crate = c d)]
         enum E<T> { #[portable(x)] A(#[portable = 1] T) }",
        expect![[r#"
            )
            can't read this bound: expected `:`
            help: `bound(T: Send + 'static)`: what would stand after `where`
            note: the bounds replace `T: Portable` for each type parameter

            "a::b"
            the option `crate` takes a path
            help: `crate = a::b`
            note: it says where the generated code finds isolock when it isn't a dependency of that name

            bound
            the option `bound` is given twice
            help: keep one `bound`; one `bound(..)` takes several bounds: `bound(K: Send, V: Send)`
            note: the impl has one of each

            crate
            the option `crate` is given twice
            help: keep one `crate`; one `bound(..)` takes several bounds: `bound(K: Send, V: Send)`
            note: the impl has one of each

            portable
            `#[portable(..)]` can't stand on a variant
            help: move it to the type, under its `#[derive(Portable)]`
            note: its options concern the whole impl; each field has to be portable by itself

            portable
            `#[portable(..)]` can't stand on a field
            help: move it to the type, under its `#[derive(Portable)]`
            note: its options concern the whole impl; each field has to be portable by itself
        "#]],
    );
    check(
        "#[portable(bound(T: Send) x, crate = a b)] struct S<T>(T);",
        expect![[r#"
        x
        unexpected tokens after the option `bound`
        help: put a comma between two options
        note: the options are `crate = path` and `bound(T: Trait)`: `#[portable(bound(T: Send + 'static))]`

        b
        unexpected tokens after the option `crate`
        help: put a comma between two options
        note: the options are `crate = path` and `bound(T: Trait)`: `#[portable(bound(T: Send + 'static))]`
    "#]],
    );
}

#[test]
fn what_is_refused() {
    check(
        "pub union Bits { int: u32, float: f32 }",
        expect![[r#"
        union
        `Bits` is a union, and nobody knows which of its fields is in it
        help: make it an enum, or wrap it in a struct that knows
        note: R2 explicit-captures: a type may cross the boundary of a turn if what is in it may
    "#]],
    );
    check(
        "struct Request<'a, 'b: 'a, T: Trait<'a>> where T: 'b { url: &'a str, body: Cow<'b, [u8]>, more: T }",
        expect![[r#"
            'a
            `Request` borrows for `'a`
            help: own the data: `String` for `&'a str`, `Vec<T>` for `&'a [T]`, `Arc<T>` for `&'a T`
            note: R2 explicit-captures: a turn runs when it is let in, on any thread; what it would borrow from may be gone by then

            'b
            `Request` borrows for `'b`
            help: own the data: `String` for `&'b str`, `Vec<T>` for `&'b [T]`, `Arc<T>` for `&'b T`
            note: R2 explicit-captures: a turn runs when it is let in, on any thread; what it would borrow from may be gone by then
        "#]],
    );
}

#[test]
fn a_borrowing_type_is_portable_for_the_follow_up_errors() {
    let (expansion, errors) =
        analyse(tokens("struct Request<'a, T: Trait<'a>>(&'a T) where for<'c> T: Fn(&'c u8) + 'a;"));
    assert_eq!(errors.iter().count(), 1);
    let code = expansion.to_string().replace(' ', "");
    assert!(code.contains("::isolock::PortableforRequest<'static,T>wherefor<'c>T:Fn(&'cu8)+'static,T:"), "{code}");
    assert!(!code.contains("PortableFields") && !code.contains("'a>"), "{code}");
}

#[test]
fn what_is_no_type_is_an_error_alone() {
    for item in ["fn f() {}", "", "struct", "impl S {}"] {
        let (expansion, errors) = analyse(tokens(item));
        assert_eq!(errors.iter().count(), 1, "{item}");
        assert!(expansion.to_string().starts_with(":: core :: compile_error"), "{expansion}");
    }
}

#[test]
fn a_parameter_without_a_name_is_left_to_rustc() {
    let (expansion, errors) = analyse(tokens("struct S<_> { a: u8 }"));
    assert!(expansion.is_empty() && errors.is_empty());
}
