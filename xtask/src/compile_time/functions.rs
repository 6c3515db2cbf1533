//! The same host functions, written three times: annotated, by hand, and without a binding.

use std::fmt::Write as _;

/// What every crate begins with.
const HEADER: &str = "\
#![allow(missing_docs, unused)]
use isolock::prelude::*;
use isolock::v8;
use std::sync::{Arc, Mutex};
";

/// Name, type, and whether a sync function borrows it.
const CAPTURES: [(&str, &str, bool); 3] =
    [("out", "Arc<Mutex<Vec<String>>>", true), ("prefix", "String", false), ("limit", "u32", false)];

const ARGUMENTS: [(&str, &str); 3] = [("text", "String"), ("count", "f64"), ("flag", "Option<bool>")];

/// Type, and a value of it.
const RESULTS: [(&str, &str); 4] = [
    ("f64", "1.5"),
    ("String", "String::from(\"done\")"),
    ("Result<u32, RunError>", "Ok(7)"),
    ("Option<Vec<f64>>", "Some(vec![1.0])"),
];

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Style {
    /// `#[isolate_fn]`.
    Annotated,
    /// The same behaviour with `lock.function`, `lock.async_function`, `ctx.run` and `ctx.spawn`.
    ByHand,
    /// The host functions alone.
    Alone,
}

/// A crate with `count` functions: half of them async, with up to three captures and three arguments.
pub(super) fn source(style: Style, count: usize) -> String {
    let mut out = HEADER.to_owned();
    for number in 0..count {
        let function = Function::new(number);
        out.push_str(&function.item(style == Style::Annotated));
        match style {
            Style::Annotated => out.push_str(&function.install()),
            Style::ByHand => out.push_str(&function.binding()),
            Style::Alone => {}
        }
    }
    out
}

struct Function {
    name: String,
    is_async: bool,
    /// Whether it takes the lock or the event.
    takes_turn: bool,
    captures: &'static [(&'static str, &'static str, bool)],
    arguments: &'static [(&'static str, &'static str)],
    result: (&'static str, &'static str),
}

impl Function {
    fn new(number: usize) -> Self {
        Self {
            name: format!("host_{number}"),
            is_async: number % 2 == 1,
            takes_turn: number.is_multiple_of(3),
            captures: &CAPTURES[..number / 2 % 4],
            arguments: &ARGUMENTS[..number / 8 % 4],
            result: RESULTS[number / 32 % 4],
        }
    }

    /// The function itself.
    fn item(&self, annotated: bool) -> String {
        let Self { name, is_async, captures, arguments, result: (result, value), .. } = self;
        let (attribute, capture) = if annotated { ("#[isolate_fn]\n", "#[capture] ") } else { ("", "") };
        let asyncness = if *is_async { "async " } else { "" };
        let turn = match (self.takes_turn, is_async) {
            (false, _) => "",
            (true, false) => "lock: &mut Lock<'_>, ",
            (true, true) => "ev: Event, ",
        };
        let mut params = turn.to_owned();
        for (name, ty, borrowed) in *captures {
            let borrow = if *borrowed && !is_async { "&" } else { "" };
            write!(params, "{capture}{name}: {borrow}{ty}, ").expect("a string");
        }
        for (name, ty) in *arguments {
            write!(params, "{name}: {ty}, ").expect("a string");
        }
        let mut used: Vec<_> = captures.iter().map(|capture| capture.0).collect();
        used.extend(arguments.iter().map(|argument| argument.0));
        let used = if used.is_empty() { String::new() } else { format!("let _ = {}; ", tuple(&used)) };
        format!("\n{attribute}pub {asyncness}fn {name}({params}) -> {result} {{ {used}{value} }}\n")
    }

    /// What its user writes anyway.
    fn install(&self) -> String {
        let name = &self.name;
        format!(
            "pub fn install_{name}(lock: &mut Lock<'_>, it: {name}) -> Result<(), RunError> {{ lock.install((it,)) }}\n"
        )
    }

    fn binding(&self) -> String {
        let Self { name, is_async, captures, arguments, result: (result, _), .. } = self;
        let binding = format!("Host{}", name.trim_start_matches("host_"));
        let names: Vec<_> = captures.iter().map(|capture| capture.0).collect();
        let argument_names: Vec<_> = arguments.iter().map(|argument| argument.0).collect();
        let fields: String = captures.iter().map(|(name, ty, _)| format!("pub {name}: {ty}, ")).collect();
        let owned = tuple(&names.iter().map(|name| format!("self.{name}")).collect::<Vec<_>>());
        let given = tuple(&[names.clone(), argument_names.clone()].concat());
        let taken = tuple(
            &[
                names.iter().map(|name| format!("self.{name}")).collect(),
                argument_names.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ]
            .concat(),
        );
        let types = tuple(&arguments.iter().map(|argument| argument.1).collect::<Vec<_>>());
        let from_js = tuple(&argument_names);
        let parameters: String = arguments.iter().map(|(name, ty)| format!(", {name}: {ty}")).collect();
        let turn = if *is_async { "ev" } else { "lock" };
        let in_turn = self.call(turn, |name, borrowed| if borrowed { format!("&{name}") } else { name.to_owned() });
        let run = if *is_async {
            // Like `ctx.run`, nothing of it is compiled before somebody polls it.
            format!("let ctx = ctx.clone(); async move {{ ctx.spawn({taken}, |{turn}, {given}| {in_turn}).await }}")
        } else {
            format!("ctx.run({taken}, |{turn}, {given}| {in_turn})")
        };
        // The captures are lent to a sync function and cloned for an async one.
        let lent = |name: &str, borrowed: bool| if borrowed { name.to_owned() } else { format!("{name}.clone()") };
        let (function, call) =
            if *is_async { ("async_function", in_turn.clone()) } else { ("function", self.call("lock", lent)) };
        let name_of_captures = tuple(&names);
        format!(
            r#"
pub struct {binding} {{ {fields} }}
impl {binding} {{
    pub fn install(self, lock: &mut Lock<'_>) -> Result<(), RunError> {{
        let function = lock.{function}("{js}", {owned}, |{turn}, {name_of_captures}, {from_js}: {types}| {call})?;
        lock.set_global("{js}", function)
    }}
    #[track_caller]
    pub fn run(self, ctx: &IoContext{parameters}) -> impl Future<Output = Result<{result}, RunError>> + Send + use<> {{
        {run}
    }}
}}
"#,
            js = name.replace('_', ""),
        )
    }

    /// The call, with each capture as `capture` writes it.
    fn call(&self, turn: &str, capture: impl Fn(&str, bool) -> String) -> String {
        let turn = self.takes_turn.then(|| turn.to_owned());
        let captures = self.captures.iter().map(|(name, _, borrowed)| capture(name, *borrowed && !self.is_async));
        let arguments = self.arguments.iter().map(|argument| argument.0.to_owned());
        let values: Vec<_> = turn.into_iter().chain(captures).chain(arguments).collect();
        format!("{}({})", self.name, values.join(", "))
    }
}

fn tuple<T: AsRef<str>>(elements: &[T]) -> String {
    let elements: String = elements.iter().map(|element| format!("{}, ", element.as_ref())).collect();
    format!("({elements})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_styles_have_the_same_functions() {
        let [annotated, by_hand, alone] =
            [Style::Annotated, Style::ByHand, Style::Alone].map(|style| source(style, 128));
        assert_eq!(annotated.matches("#[isolate_fn]").count(), 128);
        let closures = ["lock.function(", "lock.async_function("].map(|entry| by_hand.matches(entry).count());
        assert_eq!(closures.iter().sum::<usize>(), 128);
        for source in [annotated.replace("#[isolate_fn]\n", "").replace("#[capture] ", ""), by_hand] {
            for item in alone.lines().filter(|line| line.contains(" fn host_")) {
                assert!(source.contains(item), "{item}");
            }
        }
    }
}
