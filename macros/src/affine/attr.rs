//! The grammar of the attribute: `#[thread_affine(owner = context, handle = KvHandle, crate = path)]`.

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::ParseStream;
use syn::{Ident, Path};

use crate::errors::Errors;
use crate::options::{self, Grammar, Reader};
use crate::words::{self, Message, affine as own};

/// What the attribute says.
#[derive(Default)]
pub(crate) struct Options {
    /// Who owns values of the type; only on the type.
    pub(crate) owner: Option<Said<Owner>>,
    /// The handle's name on the type, a path to it on an `impl` block; without it the type's name and `Handle`.
    pub(crate) handle: Option<Said<Path>>,
    /// Where isolock is; without it `::isolock`.
    pub(crate) krate: Option<Path>,
    /// Whether an `owner` was reported: then the missing one isn't reported, too.
    pub(crate) bad_owner: bool,
}

/// An option with its key, where errors about the option as a whole are shown.
pub(crate) struct Said<T> {
    pub(crate) key: Ident,
    pub(crate) value: T,
}

/// Who owns values of a type.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    Thread,
    Isolate,
    Context,
}

impl Owner {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "thread" => Self::Thread,
            "isolate" => Self::Isolate,
            "context" => Self::Context,
            _ => return None,
        })
    }

    /// The variant of the runtime's enum.
    pub(crate) fn variant(self) -> &'static str {
        match self {
            Self::Thread => "Thread",
            Self::Isolate => "Isolate",
            Self::Context => "Context",
        }
    }

    /// The word in the attribute.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Thread => "thread",
            Self::Isolate => "isolate",
            Self::Context => "context",
        }
    }
}

/// The options that are right, and the errors of the others.
pub(crate) fn parse(tokens: TokenStream) -> (Options, Errors) {
    let mut reader = Reader::<Options>::default();
    reader.read(tokens);
    (reader.grammar, reader.errors)
}

impl Grammar for Options {
    const KEYS: &'static [&'static str] = &["owner", "handle", "crate"];

    fn not_an_option() -> Message {
        own::not_an_option()
    }

    fn unknown_option(key: &str) -> Message {
        own::unknown_option(key)
    }

    fn repeated_option(key: &str) -> Message {
        own::repeated_option(key)
    }

    fn tokens_after(key: &str) -> Message {
        own::tokens_after_value(key)
    }

    fn lone_word(&mut self, word: &Ident, errors: &mut Errors) -> bool {
        let Some(owner) = Owner::of(&word.to_string()) else { return false };
        self.bad_owner = true;
        errors.report(word, &own::owner_without_key(owner.word()));
        true
    }

    fn value(&mut self, key: &Ident, input: ParseStream<'_>, errors: &mut Errors) -> Option<()> {
        self.bad_owner |= key == "owner";
        options::equals(input, key, errors, &own::option_without_value(&key.to_string()))?;
        if key == "owner" {
            self.owner = Some(Said { key: key.clone(), value: owner(input, errors)? });
            self.bad_owner = false;
        } else if key == "handle" {
            let value = options::path(input, errors, |_| own::handle_not_a_path())?;
            self.handle = Some(Said { key: key.clone(), value });
        } else {
            self.krate = Some(options::path(input, errors, words::crate_not_a_path)?);
        }
        Some(())
    }
}

fn owner(input: ParseStream<'_>, errors: &mut Errors) -> Option<Owner> {
    let token = input.parse::<TokenTree>().ok()?;
    let shown = token.to_string();
    let owner = Owner::of(&shown);
    if owner.is_none() {
        errors.report(token, &own::unknown_owner(&shown));
    }
    owner
}
