//! Texts about what kind of item was annotated, and about a function's parts other than its parameters.

use isolock_rules::{R2, R4, R7, R10};

use super::{Message, plain, rule};

pub(crate) fn not_a_function(kind: &str) -> Message {
    plain(
        format!("`#[isolate_fn]` is for functions, and this is {kind}"),
        "annotate a free function: `#[isolate_fn] fn name(arg: f64) -> f64 { .. }`",
        "a binding stands for one function that JavaScript can call; its fields are the parameters marked `#[capture]`",
    )
}

pub(crate) fn unreadable_signature(error: &str) -> Message {
    plain(
        format!("`#[isolate_fn]` can't read this function's signature: {error}"),
        "finish it: `fn name(arg: f64) -> f64 { .. }`",
        "until then the item is left as it is and has no binding",
    )
}

pub(crate) fn no_body(name: &str) -> Message {
    plain(
        format!("the function `{name}` has no body"),
        format!("`fn {name}(..) {{ .. }}`"),
        "declarations in traits and `extern` blocks have nothing to run; free functions only",
    )
}

pub(crate) fn annotated_twice() -> Message {
    plain(
        "`#[isolate_fn]` is given twice",
        "keep one of them; options stand together: `#[isolate_fn(name = \"jsName\", crate = path)]`",
        "a function has one binding",
    )
}

pub(crate) fn receiver() -> Message {
    plain(
        "`#[isolate_fn]` takes no methods: this function has a `self`",
        "write a free function; what it works on is a capture: `#[capture] this: &Type`",
        "free functions only: the binding is a struct beside the function, and an `impl` block can't hold one",
    )
}

pub(crate) fn unsafe_function(name: &str) -> Message {
    plain(
        format!("`{name}` is an `unsafe fn`"),
        format!("make it safe, or call it from a safe function: `fn {name}_checked(..) {{ unsafe {{ {name}(..) }} }}`"),
        "JavaScript can't keep the promises that an unsafe function asks of its caller",
    )
}

pub(crate) fn foreign_abi(name: &str) -> Message {
    rule(
        R10,
        format!("`{name}` has an ABI of its own"),
        format!("`fn {name}(..)`, without `extern`"),
        "V8 calls generated code that catches panics; the function behind it is an ordinary Rust function",
    )
}

pub(crate) fn variadic() -> Message {
    plain(
        "a host function can't be variadic",
        "take the arguments one by one, the optional ones as `Option<..>` at the end",
        "every argument is converted from JavaScript with a type of its own",
    )
}

pub(crate) fn returns_impl() -> Message {
    plain(
        "a host function can't return `impl Trait`",
        "name the type: `Vec<f64>` for `impl Iterator<Item = f64>`, `async fn` for `impl Future`",
        "the binding's `run` has to name its result, and rustc can't see that a hidden type is `Portable`",
    )
}

pub(crate) fn returns_never() -> Message {
    rule(
        R10,
        "a host function can't return `!`",
        "return `Result<(), E>`: an `Err` is thrown to the caller as an exception",
        "a function that never returns can only panic, block or exit while JavaScript waits for it",
    )
}

pub(crate) fn returns_reference(shown: &str, owned: &str) -> Message {
    rule(
        R7,
        format!("a host function can't return the reference `{shown}`"),
        format!("return it by value: `{owned}`"),
        "the result leaves the turn, and what it borrows from does not",
    )
}

pub(crate) fn async_returns_borrow(lifetime: &str) -> Message {
    rule(
        R7,
        format!("an async host function can't return something that borrows (`{lifetime}`)"),
        "return an owned value",
        "it ends long after the turn that called it, and there is nothing left to borrow from",
    )
}

pub(crate) fn shadows_primitive(name: &str) -> Message {
    plain(
        format!("the binding of `{name}` would hide the primitive type `{name}`"),
        format!("rename the function and keep its name in JavaScript: `#[isolate_fn(name = \"{name}\")]`"),
        "the binding is a struct with the function's name, in the same module",
    )
}

pub(crate) fn shadows_path(name: &str, path: &str) -> Message {
    plain(
        format!("`{name}` in `{path}` would name the binding of this function"),
        format!("rename the function (`#[isolate_fn(name = ..)]` keeps its name in JavaScript) or write `::{path}`"),
        "the binding is a struct with the function's name, in the same module",
    )
}

pub(crate) fn blocking_call(call: &str, in_turn_of_async: bool) -> Message {
    let help = if in_turn_of_async {
        "`.await` before or after the turn: the lock isn't held there"
    } else {
        "make it an `async fn` and `.await` there: the lock isn't held while it waits"
    };
    rule(
        R4,
        format!("`{call}` blocks while the isolate's lock is held"),
        help,
        "everyone else who wants the isolate waits as long, and for ever if this waits for one of them; the check is \
         syntactic and sees direct calls only: none behind other functions, in macros, or handed to a `spawn`",
    )
}

pub(crate) fn too_many_conditions(count: usize, max: usize) -> Message {
    plain(
        format!("{count} different `#[cfg(..)]`s on parameters are more than the {max} that can be told apart"),
        "annotate two functions, each under its own `#[cfg(..)]`",
        "the binding is written once for each combination of them",
    )
}

pub(crate) fn too_many(kind: &str, count: usize, max: usize) -> Message {
    rule(
        R2,
        format!("{count} {kind} are more than the {max} that a turn can take"),
        format!("put some of the {kind} together in a struct"),
        format!("what a turn takes along is listed in a tuple, and tuples have at most {max} elements"),
    )
}
