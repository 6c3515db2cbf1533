//! The rule catalogue of isolock: one id, one name, one explanation for each rule.
//!
//! Macro errors, trait diagnostics, run-time errors, panic texts, tests and documentation all take their words from
//! [`RULES`]. The crate has no dependencies because a proc-macro crate can't export data: both the macros and the
//! runtime depend on this table instead.
//!
//! The rules come from Cloudflare workerd's guidance on the isolate lock, from how V8 isolates and contexts relate to
//! threads, and from Deno's thread-safe callbacks.

#![forbid(unsafe_code)]

mod catalogue;

pub use catalogue::RULES;

use std::fmt;

/// How a rule is enforced on one side (by the compiler, or while the program runs).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enforced {
    /// Something enforces it; the text says what.
    By(&'static str),
    /// Nothing does; the text says why not.
    Not(&'static str),
}

impl Enforced {
    /// The text: what enforces the rule, or why nothing does.
    #[must_use]
    pub const fn text(&self) -> &'static str {
        match self {
            Self::By(text) | Self::Not(text) => text,
        }
    }

    /// Whether something enforces the rule on this side.
    #[must_use]
    pub const fn is_enforced(&self) -> bool {
        matches!(self, Self::By(_))
    }
}

/// One rule of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// `R1` … `R10`.
    pub id: &'static str,
    /// The name in kebab case, as it stands in messages.
    pub name: &'static str,
    /// The rule in one sentence.
    pub rule: &'static str,
    /// What goes wrong without it.
    pub why: &'static str,
    /// What the compiler and the macros do about it.
    pub compile_time: Enforced,
    /// What the runtime does about it.
    pub run_time: Enforced,
    /// What neither sees.
    pub unseen: &'static str,
}

impl Rule {
    /// The prefix of the files and tests that belong to this rule: `r1_` … `r10_`.
    #[must_use]
    pub fn prefix(&self) -> String {
        format!("{}_", self.id.to_ascii_lowercase())
    }
}

/// Writes `R2 explicit-captures`, the form used in every message.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.id, self.name)
    }
}

/// R1, enter-by-run.
pub const R1: Rule = RULES[0];
/// R2, explicit-captures.
pub const R2: Rule = RULES[1];
/// R3, weak-across-threads.
pub const R3: Rule = RULES[2];
/// R4, no-blocking.
pub const R4: Rule = RULES[3];
/// R5, name-what-is-affine.
pub const R5: Rule = RULES[4];
/// R6, never-mix.
pub const R6: Rule = RULES[5];
/// R7, no-escape.
pub const R7: Rule = RULES[6];
/// R8, callbacks-by-message.
pub const R8: Rule = RULES[7];
/// R9, drop-at-home.
pub const R9: Rule = RULES[8];
/// R10, no-unwind.
pub const R10: Rule = RULES[9];

/// Finds a rule by its id (`R1` … `R10`).
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}

/// The catalogue as a Markdown page. `RULES.md` at the top of the workspace is this text; a test compares the two.
#[must_use]
pub fn markdown() -> String {
    use fmt::Write as _;
    let mut out = String::from(
        "# The rules\n\nThis page is written from the catalogue in `runtime/rules` (`cargo xtask rules --write`). \
         Every message of isolock that concerns a rule carries its id and name: at the beginning, or in the note of a macro's error.\n",
    );
    for rule in &RULES {
        let say = |side: &Enforced, by: &str| match side {
            Enforced::By(text) => format!("**{by}:** {text}"),
            Enforced::Not(text) => format!("**{by}:** nothing. {text}"),
        };
        let _ = write!(
            out,
            "\n## {rule}\n\n{}\n\n**Why:** {}\n\n{}\n\n{}\n\n**Not seen:** {}\n",
            rule.rule,
            rule.why,
            say(&rule.compile_time, "At compile time"),
            say(&rule.run_time, "At run time"),
            rule.unseen,
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_in_order_and_unique() {
        for (index, rule) in RULES.iter().enumerate() {
            assert_eq!(rule.id, format!("R{}", index + 1));
            assert_eq!(find(rule.id), Some(rule));
        }
        let mut names: Vec<_> = RULES.iter().map(|rule| rule.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), RULES.len());
    }

    #[test]
    fn every_rule_explains_itself() {
        for rule in &RULES {
            for text in [rule.rule, rule.why, rule.compile_time.text(), rule.run_time.text(), rule.unseen] {
                assert!(text.len() > 20 && text.ends_with('.'), "{rule}: {text:?} is not a sentence");
            }
        }
    }

    #[test]
    fn messages_begin_with_id_and_name() {
        assert_eq!(R2.to_string(), "R2 explicit-captures");
        assert_eq!(R10.prefix(), "r10_");
    }
}
