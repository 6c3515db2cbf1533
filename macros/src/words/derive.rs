//! Texts of `#[derive(Portable)]`. What it says of a field that isn't portable are the words of the trait.

use isolock_rules::R2;

use super::{Message, plain, rule};

pub(crate) fn union(name: &str) -> Message {
    rule(
        R2,
        format!("`{name}` is a union, and nobody knows which of its fields is in it"),
        "make it an enum, or wrap it in a struct that knows",
        "a type may cross the boundary of a turn if what is in it may",
    )
}

pub(crate) fn lifetime(name: &str, lifetime: &str) -> Message {
    rule(
        R2,
        format!("`{name}` borrows for `{lifetime}`"),
        format!(
            "own the data: `String` for `&{lifetime} str`, `Vec<T>` for `&{lifetime} [T]`, `Arc<T>` for `&{lifetime} T`"
        ),
        "a turn runs when it is let in, on any thread; what it would borrow from may be gone by then",
    )
}

// The options.

const OPTIONS: &str = "the options are `crate = path` and `bound(T: Trait)`: `#[portable(bound(T: Send + 'static))]`";

pub(crate) fn misplaced(kind: &str) -> Message {
    plain(
        format!("`#[portable(..)]` can't stand on {kind}"),
        "move it to the type, under its `#[derive(Portable)]`",
        "its options concern the whole impl; each field has to be portable by itself",
    )
}

pub(crate) fn without_options() -> Message {
    plain("`#[portable]` has no options", OPTIONS, "options stand in parentheses, separated by commas")
}

pub(crate) fn not_an_option() -> Message {
    plain("expected an option of `#[portable(..)]`", OPTIONS, "options are separated by commas")
}

pub(crate) fn unknown_option(key: &str) -> Message {
    plain(
        format!("`#[portable(..)]` has no option `{key}`"),
        OPTIONS,
        "everything else is said by the type: its fields have to be portable, and by default its parameters",
    )
}

pub(crate) fn repeated_option(key: &str) -> Message {
    plain(
        format!("the option `{key}` is given twice"),
        format!("keep one `{key}`; one `bound(..)` takes several bounds: `bound(K: Send, V: Send)`"),
        "the impl has one of each",
    )
}

pub(crate) fn tokens_after_option(key: &str) -> Message {
    plain(format!("unexpected tokens after the option `{key}`"), "put a comma between two options", OPTIONS)
}

pub(crate) fn bound_without_list() -> Message {
    plain(
        "the option `bound` takes its bounds in parentheses",
        "`bound(T: Send + 'static)`, or `bound()` for none",
        "they stand in the impl's `where` clause instead of `T: Portable` for each type parameter",
    )
}

pub(crate) fn unreadable_bound(error: &str) -> Message {
    plain(
        format!("can't read this bound: {error}"),
        "`bound(T: Send + 'static)`: what would stand after `where`",
        "the bounds replace `T: Portable` for each type parameter",
    )
}
