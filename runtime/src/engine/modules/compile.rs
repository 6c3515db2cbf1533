//! From source text to V8's modules.

use super::{
    super::{
        js_error::{JsError, Position},
        lock::Lock,
        script,
    },
    callbacks,
    failure::{Failure, catching},
    request::{ModuleKind, ModuleSource},
};
use crate::v8;
use std::sync::Arc;

/// One import of a module, before it is resolved.
pub(super) struct Import {
    pub(super) specifier: String,
    pub(super) kind: ModuleKind,
    pub(super) position: Option<Position>,
}

/// A module that is in no map yet.
pub(super) struct Compiled {
    pub(super) module: v8::Global<v8::Module>,
    pub(super) hash: i32,
    pub(super) imports: Vec<Import>,
    pub(super) exports: Vec<(Arc<str>, v8::Global<v8::Value>)>,
}

/// Compiles the text of a module.
pub(super) fn compile(lock: &mut Lock<'_>, name: &str, source: &ModuleSource) -> Result<Compiled, Failure> {
    lock.scope(|lock| match source.kind {
        ModuleKind::JavaScript => javascript(lock, name, &source.text),
        ModuleKind::Json => {
            let value = json(lock, name, without_mark(&source.text))?;
            synthetic(lock, name, vec![("default".into(), value)])
        }
        ModuleKind::Text => {
            let value = lock.string(without_mark(&source.text))?.into();
            synthetic(lock, name, vec![("default".into(), value)])
        }
    })
}

/// The byte order mark says how a file is encoded, and is no part of the text.
fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

fn javascript(lock: &mut Lock<'_>, name: &str, text: &str) -> Result<Compiled, Failure> {
    let source = lock.string(text)?;
    let origin = script::origin(lock, name, true)?;
    let module = catching(lock, |scope| {
        v8::script_compiler::compile_module(scope, &mut v8::script_compiler::Source::new(source, Some(&origin)))
    })?;
    let imports = imports(lock, name, module)?;
    Ok(Compiled {
        module: v8::Global::new(lock, module),
        hash: module.get_identity_hash().get(),
        imports,
        exports: Vec::new(),
    })
}

fn json<'s>(lock: &mut Lock<'s>, name: &str, text: &str) -> Result<v8::Local<'s, v8::Value>, Failure> {
    let text = lock.string(text)?;
    catching(lock, |scope| v8::json::parse(scope, text)).map_err(|failure| match failure {
        // V8 doesn't know which text it was.
        Failure::Js { error, .. } => {
            let JsError { class, message, .. } = &*error;
            Failure::new(class, format!("module `{name}` is no JSON: {message}"), &[], None)
        }
        ended @ Failure::Run(_) => ended,
    })
}

/// A module whose exports are there already. V8 ends the process if two have the same name.
pub(super) fn synthetic<'s>(
    lock: &mut Lock<'s>,
    name: &str,
    exports: Vec<(Arc<str>, v8::Local<'s, v8::Value>)>,
) -> Result<Compiled, Failure> {
    let names = exports.iter().map(|(name, _)| lock.string(name)).collect::<Result<Vec<_>, _>>()?;
    let name = lock.string(name)?;
    let module = v8::Module::create_synthetic_module(lock, name, &names, callbacks::evaluate_synthetic);
    let exports = exports.into_iter().map(|(name, value)| (name, v8::Global::new(lock, value))).collect();
    Ok(Compiled {
        module: v8::Global::new(lock, module),
        hash: module.get_identity_hash().get(),
        imports: Vec::new(),
        exports,
    })
}

/// What a module imports.
fn imports<'s>(lock: &mut Lock<'s>, name: &str, module: v8::Local<'s, v8::Module>) -> Result<Vec<Import>, Failure> {
    // The types say `'s`, because V8 would give them any lifetime.
    let requests: v8::Local<'s, v8::FixedArray> = module.get_module_requests();
    let mut imports = Vec::with_capacity(requests.length());
    for index in 0..requests.length() {
        let request = requests.get(lock, index).and_then(|data| v8::Local::<v8::ModuleRequest>::try_from(data).ok());
        let Some(request) = request else { continue };
        let specifier: v8::Local<'s, v8::String> = request.get_specifier();
        let attributes: v8::Local<'s, v8::FixedArray> = request.get_import_attributes();
        let specifier = specifier.to_rust_string_lossy(lock);
        let place = module.source_offset_to_location(request.get_source_offset());
        let count = |number: i32| usize::try_from(number).unwrap_or(0) + 1;
        let position = Some(Position {
            resource: name.to_owned(),
            line: count(place.get_line_number()),
            column: count(place.get_column_number()),
        });
        let refused = |class: &str, message: String| {
            let message = format!("can't import \"{specifier}\" at {}: {message}", Shown(position.as_ref()));
            Failure::new(class, message, &[], position.clone())
        };
        if request.get_phase() != v8::ModuleImportPhase::kEvaluation {
            return Err(refused("SyntaxError", "only plain imports are supported".to_owned()));
        }
        let kind = kind(&pairs(lock, attributes, 3)).map_err(|refusal| match refusal {
            Refusal::Key(message) => refused("SyntaxError", message),
            Refusal::Type(message) => refused("TypeError", message),
        })?;
        imports.push(Import { specifier, kind, position });
    }
    Ok(imports)
}

struct Shown<'a>(Option<&'a Position>);

impl std::fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.map_or(Ok(()), |position| position.fmt(f))
    }
}

/// Why attributes were refused.
pub(super) enum Refusal {
    /// A key that nobody knows.
    Key(String),
    /// A type that nobody knows.
    Type(String),
}

/// The kind of module that import attributes ask for.
pub(super) fn kind(attributes: &[(String, String)]) -> Result<ModuleKind, Refusal> {
    let mut kind = ModuleKind::JavaScript;
    for (key, value) in attributes {
        kind = match (key.as_str(), value.as_str()) {
            ("type", "json") => ModuleKind::Json,
            ("type", "text") => ModuleKind::Text,
            ("type", other) => {
                return Err(Refusal::Type(format!(
                    "there are no modules of type \"{other}\", only \"json\" and \"text\""
                )));
            }
            (other, _) => return Err(Refusal::Key(format!("there is no import attribute `{other}`, only `type`"))),
        };
    }
    Ok(kind)
}

/// Attributes as V8 has them: key, value, and `step - 2` more that nobody needs.
pub(super) fn pairs<'s>(
    scope: &v8::PinScope<'s, '_>,
    attributes: v8::Local<'s, v8::FixedArray>,
    step: usize,
) -> Vec<(String, String)> {
    let text = |index: usize| {
        let data = attributes.get(scope, index)?;
        let text = v8::Local::<v8::Value>::try_from(data).ok()?;
        Some(text.to_rust_string_lossy(scope))
    };
    (0..attributes.length()).step_by(step).filter_map(|index| Some((text(index)?, text(index + 1)?))).collect()
}
