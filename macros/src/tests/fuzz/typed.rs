//! Well-formed functions over types that rustc knows. What the macro accepts of them, rustc has to accept, too:
//! `cargo xtask fuzz-macros` type-checks them in one crate.

use std::fmt::Write as _;
use std::{env, fs};

use super::rng::Rng;
use super::setting;
use crate::pipeline::analyse;
use crate::tests::tokens;

const HEADER: &str = r#"//! Written by a test of the macros crate: functions that `#[isolate_fn]` accepts.
#![allow(unused, deprecated, non_snake_case, unreachable_code, private_interfaces, non_camel_case_types)]

use isolock::prelude::*;
use isolock::v8::{self, Local};
use std::collections::{BTreeMap, HashMap};
use std::marker::PhantomData;
use std::sync::atomic::AtomicU64;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Captured by value.
#[derive(Clone, Portable)]
pub struct Own {
    name: String,
    next: Option<Box<Own>>,
}

/// Captured by reference.
#[derive(Portable)]
pub struct Unique<T> {
    value: T,
    count: AtomicU64,
}

#[derive(Clone, Portable)]
pub enum Either<A, B> {
    Left(A),
    Right { value: B },
}

macro_rules! through {
    ($($tokens:tt)*) => { $($tokens)* };
}

macro_rules! with_types {
    ($name:ident, $capture:ty, $argument:ty, $result:ty) => {
        #[isolate_fn]
        pub fn $name(#[capture] capture: &$capture, argument: $argument) -> $result {
            todo!()
        }
    };
}

"#;

/// Portable and `Clone`.
const CAPTURES: &[&str] = &[
    "u8",
    "String",
    "&'static str",
    "Own",
    "Arc<Own>",
    "Either<u8, Vec<Own>>",
    "Arc<Mutex<Vec<String>>>",
    "Option<Vec<u8>>",
    "Sender<String>",
    "WeakIoContext",
    "self::Event",
    "JsRoot<v8::Value>",
    "JsRoot<v8::Function>",
    "HashMap<String, Arc<[u8]>>",
    "(u8, String)",
    "[u16; 4]",
    "Duration",
    "PhantomData<Own>",
    "::std::string::String",
];

/// Portable only.
const UNIQUE: &[&str] = &["AtomicU64", "Mutex<String>", "Unique<u8>", "Unique<Own>", "Box<[Unique<String>]>", "str"];

const ARGUMENTS: &[&str] = &[
    "f64",
    "f32",
    "u8",
    "u32",
    "i64",
    "bool",
    "String",
    "()",
    "Option<f64>",
    "Option<Vec<String>>",
    "Vec<u8>",
    "Vec<Vec<f64>>",
    "JsRoot<v8::Function>",
    "::core::option::Option<u32>",
];

const LOCALS: &[&str] = &["Local<'T, v8::Value>", "v8::Local<'T, v8::Function>", "Option<Local<'T, v8::Object>>"];

const RESULTS: &[&str] = &[
    "",
    "()",
    "f64",
    "String",
    "Option<String>",
    "Vec<u32>",
    "Result<(), RunError>",
    "Result<Option<Vec<f64>>, std::fmt::Error>",
    "JsRoot<v8::Value>",
    "&'static str",
];

/// Names that generated code uses, too, or that need care.
const NAMES: &[&str] =
    &["lock", "ctx", "args", "ev", "_lock", "r#type", "r#match", "name", "x", "y_2", "_unused", "run", "call", "None_"];

/// A function, its attribute, and the text that uses its binding.
struct Function {
    attr: String,
    item: String,
    uses: String,
}

impl Function {
    /// Where people have their functions: in the file, in a module, in a function, in the call of a macro.
    fn placed(&self, rng: &mut Rng, number: usize) -> String {
        let Self { attr, item, uses } = self;
        let attr = if attr.is_empty() { String::new() } else { format!("({attr})") };
        let code = format!("#[isolate_fn{attr}]\n{item}\n\n{uses}\n");
        match rng.below(8) {
            0 => format!("mod module_{number} {{\nuse super::*;\n{code}}}\n"),
            1 => format!("fn around_{number}() {{\n{code}}}\n"),
            2 => format!("through! {{\n{code}}}\n"),
            _ => code,
        }
    }
}

/// One whose types are put together by `macro_rules!`.
fn with_types(rng: &mut Rng, number: usize) -> String {
    let argument = rng.pick(ARGUMENTS);
    let (capture, result) = (rng.pick(UNIQUE), rng.pick(&RESULTS[1..]));
    let capture = if *capture == "str" { "Box<str>" } else { capture };
    format!("with_types!(made_{number}, {capture}, {argument}, {result});\n")
}

fn function(rng: &mut Rng, number: usize) -> Function {
    let is_async = rng.chance(40);
    let has_turn = rng.chance(40);
    // Locals need the turn's lifetime, named or not.
    let lifetime = if !is_async && rng.chance(30) { *rng.pick(&["'s", "'turn", "'_"]) } else { "" };
    let name = format!("{}{number}", rng.pick(&["f_", "fetchText", "r#fn_", "_private", "x"]));
    // As many as there may be, now and then.
    let most = if rng.chance(5) { 13 } else { 4 };
    let mut names: Vec<_> = NAMES.iter().map(ToString::to_string).chain((0..13).map(|n| format!("p{n}"))).collect();
    let mut fresh = |rng: &mut Rng| names.swap_remove(rng.below(names.len()));
    let mut params = Vec::new();
    let mut fields = String::new();
    for _ in 0..rng.below(most) {
        let docs = *rng.pick(&["", "", "/// What it works on.\n"]);
        let (by_ref, ty) = match rng.below(3) {
            0 if !is_async => ("&", *rng.pick(UNIQUE)),
            1 if !is_async => ("&", *rng.pick(CAPTURES)),
            _ => ("", *rng.pick(CAPTURES)),
        };
        // A field has to have a size.
        let ty = if ty == "str" { "Box<str>" } else { ty };
        let ty =
            if by_ref.is_empty() { ty.replace("self::Event", "Event") } else { ty.replace("self::Event", "Arc<str>") };
        let field = fresh(rng);
        let mutable = if by_ref.is_empty() && rng.chance(10) { "mut " } else { "" };
        params.push(format!("{docs}#[capture] {mutable}{field}: {by_ref}{ty}"));
        write!(fields, "{field}: todo!(), ").expect("a string");
    }
    for _ in 0..rng.below(most) {
        let local = !lifetime.is_empty() && rng.chance(60);
        let ty = if local { rng.pick(LOCALS).replace("'T", lifetime) } else { (*rng.pick(ARGUMENTS)).to_owned() };
        let at = rng.below(params.len() + 1);
        let mutable = if rng.chance(10) { "mut " } else { "" };
        params.insert(at, format!("{mutable}{}: {ty}", fresh(rng)));
    }
    let named = lifetime.starts_with('\'') && lifetime != "'_";
    if is_async && has_turn {
        params.insert(0, format!("{}: Event", fresh(rng)));
    } else if has_turn || named {
        let lifetime = if named { lifetime } else { "'_" };
        params.insert(0, format!("{}: &mut Lock<{lifetime}>", fresh(rng)));
    }
    let result =
        if named && rng.chance(50) { format!("Local<{lifetime}, v8::Value>") } else { (*rng.pick(RESULTS)).to_owned() };
    let arrow = if result.is_empty() { "" } else { " -> " };
    let generics = if named { format!("<{lifetime}>") } else { String::new() };
    let front =
        *rng.pick(&["", "/// Documented.\n", "#[inline]\n", "#[cfg(all())]\n", "#[deprecated]\n", "#[must_use]\n"]);
    let front = if front.contains("must_use") && (result.is_empty() || result.starts_with("Result") || is_async) {
        ""
    } else {
        front
    };
    let vis = *rng.pick(&["", "pub ", "pub(crate) "]);
    let asyncness = if is_async { "async " } else { "" };
    let comma = if rng.chance(50) && !params.is_empty() { "," } else { "" };
    let item = format!(
        "{front}{vis}{asyncness}fn {name}{generics}({}{comma}){arrow}{result} {{ todo!() }}",
        params.join(", ")
    );
    let attr = match rng.below(4) {
        0 => format!("name = \"js{number}\""),
        1 => "crate = isolock".to_owned(),
        _ => String::new(),
    };
    let uses = format!(
        "fn uses_{number}(lock: &mut Lock<'_>) -> Result<(), RunError> {{ lock.install(({name} {{ {fields}}},)) }}"
    );
    Function { attr, item, uses }
}

#[test]
fn fuzz_typed_functions_are_accepted() {
    let (count, seed) = (setting("ISOLOCK_FUZZ_TYPED", 300), setting("ISOLOCK_FUZZ_SEED", 4));
    let mut file = HEADER.to_owned();
    for number in 0..usize::try_from(count).expect("a count of functions") {
        let mut rng = Rng::new(seed, number);
        let function = function(&mut rng, number);
        let Function { attr, item, .. } = &function;
        let (_, errors) = analyse(tokens(attr), tokens(item));
        let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
        assert!(errors.is_empty(), "input {number} of seed {seed}: {errors:#?}\n#[isolate_fn({attr})]\n{item}");
        writeln!(file, "{}", function.placed(&mut rng, number)).expect("a string");
        if number % 8 == 0 {
            writeln!(file, "{}", with_types(&mut rng, number)).expect("a string");
        }
    }
    syn::parse_file(&file).expect("what was generated is Rust");
    if let Some(path) = env::var_os("ISOLOCK_FUZZ_TYPED_FILE") {
        fs::write(&path, file).expect("the file can be written");
    }
}
