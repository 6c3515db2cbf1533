//! Documentation of the generated items.

use isolock_rules::R7;

/// The first line of the binding's documentation.
pub(crate) fn binding(rust_name: &str, js_name: &str, has_captures: bool) -> String {
    // A link's disambiguator takes the plain name, also for raw identifiers.
    let link = rust_name.trim_start_matches("r#");
    let does = if has_captures {
        format!("its fields are what the function captures, and JavaScript calls it as `{js_name}`.")
    } else {
        format!("install `{rust_name} {{}}` and JavaScript calls it as `{js_name}`.")
    };
    format!("The binding of the function [`{rust_name}`](fn@{link}): {does}")
}

/// Why a binding has no `run`.
pub(crate) fn no_run() -> String {
    format!("It has no `run`: its signature has types that can't leave a turn ({R7}).")
}

/// The documentation of a capture that has none of its own.
pub(crate) fn field(rust_name: &str, field: &str) -> String {
    format!("What `{rust_name}` captures as `{field}`.")
}

/// What stands before an argument's documentation.
pub(crate) fn argument(name: &str) -> String {
    format!("`{name}`:")
}

/// The documentation of `run`, line by line.
pub(crate) fn run(rust_name: &str, is_async: bool) -> [String; 6] {
    let what = if is_async {
        format!("Runs `{rust_name}` as a new event of `ctx`, from any thread, and resolves to what it returns.")
    } else {
        format!("Runs `{rust_name}` as a turn of `ctx`, from any thread, and resolves to what it returns.")
    };
    let inside = if is_async {
        "Nothing is held while it awaits."
    } else {
        "Inside a turn, call the function itself: one already holds the lock."
    };
    [
        what,
        inside.to_owned(),
        String::new(),
        "# Errors".to_owned(),
        String::new(),
        "`RunError` when the context is gone, when the turn was refused or ended from outside, or when the function panicked."
            .to_owned(),
    ]
}
