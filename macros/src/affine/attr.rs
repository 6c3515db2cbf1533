//! The grammar of the attribute: `#[thread_affine(owner = context, handle = KvHandle, crate = path)]`.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Ident, LitStr, Path, Token};

use crate::attr::split_at_commas;
use crate::errors::Errors;
use crate::words::{self, affine as own};

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
    let mut reader = Reader::default();
    for piece in split_at_commas(tokens) {
        let whole = piece.clone();
        let read = |input: ParseStream<'_>| {
            reader.option(input, &whole);
            // What is left of an option that was reported.
            input.parse::<TokenStream>().map(drop)
        };
        if let Err(error) = read.parse2(piece) {
            reader.errors.push(error);
        }
    }
    (reader.options, reader.errors)
}

#[derive(Default)]
struct Reader {
    options: Options,
    errors: Errors,
    seen: Vec<String>,
}

impl Reader {
    fn option(&mut self, input: ParseStream<'_>, whole: &TokenStream) {
        let Ok(key) = input.call(Ident::parse_any) else {
            return self.errors.report(whole, &own::not_an_option());
        };
        let word = key.to_string();
        if let Some(owner) = Owner::of(&word).filter(|_| input.is_empty()) {
            self.options.bad_owner = true;
            return self.errors.report(&key, &own::owner_without_key(owner.word()));
        }
        if !matches!(word.as_str(), "owner" | "handle" | "crate") {
            return self.errors.report(&key, &own::unknown_option(&word));
        }
        if self.seen.contains(&word) {
            return self.errors.report(&key, &own::repeated_option(&word));
        }
        self.seen.push(word.clone());
        self.options.bad_owner |= word == "owner";
        if input.parse::<Token![=]>().is_err() || input.is_empty() {
            return self.errors.report(&key, &own::option_without_value(&word));
        }
        let read = match word.as_str() {
            "owner" => self.owner(key, input),
            "handle" => self.handle(key, input),
            _ => self.krate(input),
        };
        if read.is_some() && !input.is_empty() {
            self.errors.report(input.cursor().token_stream(), &own::tokens_after_value(&word));
        }
    }

    fn owner(&mut self, key: Ident, input: ParseStream<'_>) -> Option<()> {
        let token = input.parse::<TokenTree>().ok()?;
        let shown = token.to_string();
        let Some(owner) = Owner::of(&shown) else {
            self.errors.report(token, &own::unknown_owner(&shown));
            return None;
        };
        self.options.owner = Some(Said { key, value: owner });
        self.options.bad_owner = false;
        Some(())
    }

    fn handle(&mut self, key: Ident, input: ParseStream<'_>) -> Option<()> {
        let value = self.path(input, |_| own::handle_not_a_path())?;
        self.options.handle = Some(Said { key, value });
        Some(())
    }

    fn krate(&mut self, input: ParseStream<'_>) -> Option<()> {
        let path = self.path(input, words::crate_not_a_path)?;
        self.options.krate = Some(path);
        Some(())
    }

    fn path(&mut self, input: ParseStream<'_>, message: fn(Option<&str>) -> words::Message) -> Option<Path> {
        let value = input.fork();
        if let Ok(path) = input.call(Path::parse_mod_style) {
            return Some(path);
        }
        let token = value.parse::<TokenTree>().ok()?;
        let literal = syn::parse2::<LitStr>(token.to_token_stream()).ok().map(|literal| literal.value());
        self.errors.report(token, &message(literal.as_deref()));
        None
    }
}
