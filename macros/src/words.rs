//! Every text that a user of the macros can see, with the ids of the rules.
//!
//! A message has three parts. What is wrong: one line, lower case, names in backticks. `help:` the code to write.
//! `note:` why, after the rule's id and name where a rule of the catalogue is the reason. (Macros can't attach real
//! notes on stable, so the parts are lines of one text.)
//!
//! The texts about a function's parts sit in [`signature`], those about its parameters in [`parameters`], those that
//! become documentation of generated items in [`docs`], those of the derive in [`derive`].

pub(crate) mod awaits;
pub(crate) mod derive;
pub(crate) mod docs;
pub(crate) mod generics;
pub(crate) mod parameters;
pub(crate) mod signature;
pub(crate) mod trust;

use std::fmt;

use isolock_rules::Rule;

/// One error text.
pub(crate) struct Message {
    what: String,
    help: String,
    why: String,
    rule: Option<Rule>,
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, help, why, rule } = self;
        write!(f, "{what}\nhelp: {help}\nnote: ")?;
        if let Some(rule) = rule {
            write!(f, "{rule}: ")?;
        }
        f.write_str(why)
    }
}

/// A message whose reason is a rule of the catalogue.
fn rule(rule: Rule, what: impl Into<String>, help: impl Into<String>, why: impl Into<String>) -> Message {
    Message { what: what.into(), help: help.into(), why: why.into(), rule: Some(rule) }
}

/// A message about the grammar, which no rule of the catalogue speaks of.
fn plain(what: impl Into<String>, help: impl Into<String>, why: impl Into<String>) -> Message {
    Message { what: what.into(), help: help.into(), why: why.into(), rule: None }
}

// The options of the attribute.

const OPTIONS: &str = "the options are `name = \"jsName\"` and `crate = path`";

pub(crate) fn not_an_option() -> Message {
    plain(
        "expected an option of `#[isolate_fn]`",
        OPTIONS,
        "an option is a word, `=` and a value; options are separated by commas",
    )
}

pub(crate) fn unknown_option(key: &str) -> Message {
    plain(
        format!("`#[isolate_fn]` has no option `{key}`"),
        OPTIONS,
        "everything else is said by the signature: `#[capture]`, `lock: &mut Lock<'_>`, `ev: Event`",
    )
}

pub(crate) fn repeated_option(key: &str) -> Message {
    plain(format!("the option `{key}` is given twice"), format!("keep one `{key} = ..`"), "a binding has one of each")
}

pub(crate) fn option_without_value(key: &str) -> Message {
    let help = if key == "crate" { "`crate = path::to::isolock`" } else { "`name = \"jsName\"`" };
    plain(format!("the option `{key}` needs a value"), help, "an option is a word, `=` and a value")
}

pub(crate) fn tokens_after_value(key: &str) -> Message {
    plain(format!("unexpected tokens after the value of `{key}`"), "put a comma between two options", OPTIONS)
}

pub(crate) fn name_not_a_string() -> Message {
    plain(
        "the option `name` takes a string literal",
        "`name = \"jsName\"`",
        "it is the name that JavaScript code calls the function by",
    )
}

pub(crate) fn name_not_an_identifier(name: &str, suggestion: &str) -> Message {
    plain(
        format!("`{}` is not a JavaScript identifier", name.escape_debug()),
        format!("`name = \"{suggestion}\"`"),
        "the name becomes one property of the object the function is installed on; dots make no namespaces",
    )
}

pub(crate) fn crate_not_a_path(literal: Option<&str>) -> Message {
    plain(
        "the option `crate` takes a path",
        format!("`crate = {}`", literal.filter(|text| !text.is_empty()).unwrap_or("path::to::isolock")),
        "it says where the generated code finds isolock when it isn't a dependency of that name",
    )
}
