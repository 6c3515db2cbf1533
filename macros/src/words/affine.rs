//! Texts about `#[thread_affine]` itself and about the types that it annotates.

use isolock_rules::{R3, R5, R7};

use super::{Message, plain, rule};

// The options.

const OPTIONS: &str = "the options are `owner = thread | isolate | context`, `handle = Name` and `crate = path`";
const OWNERS: &str = "`context`: opened by the turns of one context, dropped with it; `isolate`: shared by the contexts of \
     an isolate; `thread`: what isn't `Send`, at home on the thread of a pinned isolate";

pub(crate) fn not_an_option() -> Message {
    plain(
        "expected an option of `#[thread_affine]`",
        OPTIONS,
        "an option is a word, `=` and a value; options are separated by commas",
    )
}

pub(crate) fn unknown_option(key: &str) -> Message {
    plain(
        format!("`#[thread_affine]` has no option `{key}`"),
        OPTIONS,
        "everything else is said by the fields' names and by `#[isolate_fn]` on methods",
    )
}

pub(crate) fn repeated_option(key: &str) -> Message {
    plain(format!("the option `{key}` is given twice"), format!("keep one `{key} = ..`"), "a type has one of each")
}

pub(crate) fn option_without_value(key: &str) -> Message {
    let help = match key {
        "owner" => "`owner = context`, `owner = isolate` or `owner = thread`",
        "handle" => "`handle = Name`",
        _ => "`crate = path::to::isolock`",
    };
    plain(format!("the option `{key}` needs a value"), help, "an option is a word, `=` and a value")
}

pub(crate) fn tokens_after_value(key: &str) -> Message {
    plain(format!("unexpected tokens after the value of `{key}`"), "put a comma between two options", OPTIONS)
}

pub(crate) fn no_owner(name: &str) -> Message {
    rule(
        R5,
        format!("nothing says who owns a `{name}`"),
        "`#[thread_affine(owner = context)]`, or `owner = isolate`, or `owner = thread`",
        OWNERS,
    )
}

pub(crate) fn unknown_owner(shown: &str) -> Message {
    rule(R5, format!("`{shown}` is not an owner"), "`owner = context`, `owner = isolate` or `owner = thread`", OWNERS)
}

pub(crate) fn owner_without_key(word: &str) -> Message {
    plain(format!("`{word}` alone is not an option"), format!("`owner = {word}`"), OPTIONS)
}

pub(crate) fn handle_not_a_path() -> Message {
    plain(
        "the option `handle` takes a name",
        "`handle = KvHandle`",
        "it is the name of the generated handle; on an `impl` block in another module it is the path to it",
    )
}

pub(crate) fn handle_of_type_not_a_name(path: &str, key: &str) -> Message {
    let name = path.rsplit("::").next().unwrap_or(path);
    plain(
        format!("the handle is generated beside the type, and `{path}` is a path"),
        format!("`{key} = {name}`"),
        "on the type the option names a new struct; on an `impl` block it says where that struct is",
    )
}

// The item.

pub(crate) fn not_a_type(kind: &str) -> Message {
    plain(
        format!("`#[thread_affine]` is for structs, enums and `impl` blocks, and this is {kind}"),
        "annotate the type that holds the resource, and the `impl` block with its methods",
        "the handle stands for one type; its methods are those of the block marked `#[isolate_fn]`",
    )
}

pub(crate) fn unreadable_type(error: &str) -> Message {
    plain(
        format!("`#[thread_affine]` can't read this type: {error}"),
        "finish it: `struct Kv { own_conn: Connection }`",
        "until then the item is left as it is and has no handle",
    )
}

pub(crate) fn annotated_twice() -> Message {
    plain(
        "`#[thread_affine]` is given twice",
        "keep one of them; options stand together: `#[thread_affine(owner = context, handle = Name)]`",
        "a type has one owner and one handle",
    )
}

pub(crate) fn lifetime(name: &str, lifetime: &str) -> Message {
    rule(
        R7,
        format!("`{name}` borrows for `{lifetime}`"),
        "hold owned values; share with `Arc`, and hold a handle of another resource instead of a reference to it",
        "its owner keeps the value for as long as the owner lives, and nothing it could borrow from lives that long",
    )
}

// The fields.

pub(crate) fn no_reason() -> Message {
    rule(
        R5,
        "an exception needs a reason, a string that isn't empty",
        "`#[affine(reason = \"why this field isn't called own_..\")]`",
        "a field that holds what is bound to its owner says so by its name; nothing but the reason speaks for another",
    )
}

pub(crate) fn second_reason() -> Message {
    plain("the field has two reasons", "keep one of them", "`#[affine(reason = \"..\")]` stands once on a field")
}

pub(crate) fn at_home_elsewhere(owner: &str) -> Message {
    rule(
        R5,
        format!("`AtHome` makes the type unsendable, and `owner = {owner}` has to send it"),
        "remove the field, or `owner = thread` on a pinned home",
        "on the shared home the turns of a context move between threads, and its values with them",
    )
}

pub(crate) fn strong_context(shown: &str) -> Message {
    rule(
        R3,
        format!("`{shown}` would keep a context alive from inside"),
        "hold a `WeakIoContext`: `lock.context()` in a turn, `ctx.downgrade()` elsewhere",
        "the value lives until its owner ends, and the owner until its last strong handle is gone",
    )
}

pub(crate) fn local_field() -> Message {
    rule(
        R7,
        "a `Local` can't be kept in a field",
        "keep the value as a `JsRoot`, made by `lock.root(value)`",
        "a local ends with its turn; the value lives until its owner ends",
    )
}
