//! What a module loader is asked, and what it answers.

use super::super::{js_error::Position, portable::Portable};
use std::{error::Error, fmt, sync::Arc};

/// What a module's text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ModuleKind {
    /// An ES module: an import without attributes.
    JavaScript,
    /// `import data from "./data.json" with { type: "json" }`: the default export is the parsed value.
    Json,
    /// `import page from "./page.html" with { type: "text" }`: the default export is the text.
    Text,
}

impl ModuleKind {
    /// The attribute that an import of such a module has.
    pub(super) fn attribute(self) -> &'static str {
        match self {
            Self::JavaScript => "without attributes",
            Self::Json => "`with { type: \"json\" }`",
            Self::Text => "`with { type: \"text\" }`",
        }
    }
}

impl fmt::Display for ModuleKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::JavaScript => "JavaScript",
            Self::Json => "JSON",
            Self::Text => "text",
        })
    }
}

/// What a [module loader](super::super::Lock::module_loader) is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ModuleRequest {
    /// The resolved name: what to load. With it the module is known to its context from now on.
    pub name: String,
    /// What the importing code says.
    pub specifier: String,
    /// What the importing code expects.
    pub kind: ModuleKind,
    /// The name of the module or script that imports. `None` if Rust does.
    pub referrer: Option<String>,
    /// Where it imports.
    pub position: Option<Position>,
    /// Whether it is an `import()`.
    pub dynamic: bool,
}

impl Portable for ModuleKind {}
impl Portable for ModuleRequest {}

/// For messages: the name, what the code says where that is something else, and who imports.
impl fmt::Display for ModuleRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "module `{}`", self.name)?;
        if self.specifier != self.name {
            write!(f, " (\"{}\")", self.specifier)?;
        }
        match (&self.position, &self.referrer) {
            (Some(position), _) => write!(f, ", imported at {position}"),
            (None, Some(referrer)) => write!(f, ", imported by {referrer}"),
            (None, None) => Ok(()),
        }
    }
}

/// The text of a module, from its loader.
#[derive(Clone, PartialEq, Eq)]
pub struct ModuleSource {
    pub(super) kind: ModuleKind,
    pub(super) text: Arc<str>,
    pub(super) name: Option<Arc<str>>,
}

impl ModuleSource {
    /// An ES module.
    #[must_use]
    pub fn javascript(text: impl Into<Arc<str>>) -> Self {
        Self { kind: ModuleKind::JavaScript, text: text.into(), name: None }
    }

    /// A JSON module, whose default export is the parsed value.
    #[must_use]
    pub fn json(text: impl Into<Arc<str>>) -> Self {
        Self { kind: ModuleKind::Json, text: text.into(), name: None }
    }

    /// A text module, whose default export is the text.
    #[must_use]
    pub fn text(text: impl Into<Arc<str>>) -> Self {
        Self { kind: ModuleKind::Text, text: text.into(), name: None }
    }

    /// What was asked for: for loaders that serve all kinds alike.
    #[must_use]
    pub fn of_kind(kind: ModuleKind, text: impl Into<Arc<str>>) -> Self {
        Self { kind, text: text.into(), name: None }
    }

    /// The name that the module really has, where that is not the one that was asked for: after a redirect, or with an
    /// extension added. It is the base of the module's own imports and its `import.meta.url`, and whoever asks for it by
    /// either name gets the same module.
    #[must_use]
    pub fn named(mut self, name: impl Into<Arc<str>>) -> Self {
        self.name = Some(name.into());
        self
    }
}

impl Portable for ModuleSource {}

impl fmt::Debug for ModuleSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("ModuleSource");
        debug.field("kind", &self.kind).field("bytes", &self.text.len());
        if let Some(name) = &self.name {
            debug.field("name", name);
        }
        debug.finish_non_exhaustive()
    }
}

/// Why a module could not be loaded or its name not be resolved: made by `?` of any error that is `Send`, or by [`Self::new`].
/// JS sees an `Error` that names module and importer, with the chain of sources as its `cause`.
///
/// Like other types that any error converts to, it is no [`Error`] itself.
pub struct LoadError(Box<dyn Error + Send + Sync>);

impl LoadError {
    /// An error with a message.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into().into())
    }

    /// Its message, and those of its sources.
    pub(super) fn told(&self) -> (String, Vec<String>) {
        let mut causes = Vec::new();
        let mut source = self.0.source();
        while let Some(cause) = source {
            causes.push(cause.to_string());
            source = cause.source();
        }
        (self.0.to_string(), causes)
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for LoadError {
    fn from(error: E) -> Self {
        Self(Box::new(error))
    }
}

impl fmt::Debug for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
