//! Texts about the options of `#[capture]`.

use isolock_rules::R2;

use super::{Message, plain, rule};

const TRUSTED: &str = "`#[capture(trusted = \"why this may cross\")]`";

pub(crate) fn empty() -> Message {
    plain("`#[capture()]` is empty", format!("`#[capture]`, or {TRUSTED}"), "the parentheses are for the one option")
}

pub(crate) fn not_a_list() -> Message {
    plain(
        "`#[capture]` takes no value",
        format!("`#[capture]`, or {TRUSTED}"),
        "the field has the parameter's name, type and documentation",
    )
}

pub(crate) fn unknown_option(key: &str) -> Message {
    plain(
        format!("`#[capture]` has no option `{key}`"),
        format!("`#[capture]`, or {TRUSTED}"),
        "whether the capture is lent or cloned is said by its type: `&Type` or `Type`",
    )
}

pub(crate) fn no_reason() -> Message {
    rule(
        R2,
        "`trusted` needs a reason, a string that isn't empty",
        TRUSTED,
        "nothing checks what is trusted but whoever reads the reason; the list of everything trusted shows it",
    )
}

pub(crate) fn tokens_after_reason() -> Message {
    plain("unexpected tokens after the reason", TRUSTED, "`#[capture]` has one option")
}
