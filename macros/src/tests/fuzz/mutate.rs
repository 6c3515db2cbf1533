//! Mutations of items: at the level of tokens, with a vocabulary that the macros care about.

use proc_macro2::Delimiter;

use super::pool::Pool;
use super::rng::Rng;
use super::tree::{Node, edit_at, nodes, places, size};
use super::{Entry, Input};
use crate::tests::tokens;

/// What replaces types and is inserted anywhere.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    // Types.
    "Lock", "&mut Lock<'_>", "&mut Lock<'s>", "Lock<'s>", "&Lock<'_>", "Event", "&Event", "Local<'_, Value>",
    "Local<'s, v8::Value>", "DateTime<Local>", "IoContext", "WeakIoContext", "&str", "&'static str", "&'a T", "&mut u8",
    "Option<String>", "Vec<Option<f64>>", "impl Fn(u8) -> u8", "impl Iterator<Item = Event>", "dyn Fn(&str) + Send",
    "Box<dyn for<'a> Fn(&'a Lock<'_>)>", "fn(&str) -> &str", "[u8; 4]", "[T; N]", "()", "!", "_", "*const u8",
    "(u8, Event)", "Self", "<T as Trait>::Out", "T::Out", "m!(x)", "PhantomData<T>", "Rc<u8>", "Result<(), E>", "u8",
    "::core::option::Option<f64>", "Cow<'a, str>", "JsRoot<Value>", "Rest<f64>", "String", "T", "core::fmt::Error",
    // Attributes.
    "#[capture]", "#[capture] #[capture]", "#[capture(x)]", "#[cfg(unix)]", "#[cfg_attr(a, cfg(b), doc = \"x\")]",
    "#[doc = \"words\"]", "/// words\n", "#![allow(unused)]", "#[isolate_fn]", "#[isolate_fn(name = \"x\")]",
    "#[portable(bound())]", "#[portable(crate = a::b, bound(T: X))]", "#[portable]", "#[portable(skip)]", "#[inline]",
    // Signatures.
    "mut", "ref", "&self", "self", "mut self: Box<Self>", "...", "<T>", "<'a>", "<'s>", "<const N: usize = 3>",
    "<T: Clone + ?Sized, 'a>", "where T: Clone", "where", "-> !", "-> impl Sized", "-> f64", "async", "unsafe", "const",
    "extern \"C\"", "pub(crate)", "pub(in a::b)", "default", "gen", "safe", "dyn", "impl", "fn", "struct", "enum",
    "union", "r#fn", "r#type", "static", "async move", "= u8", "T: Portable", "for<'a>", "'a", "'static", "use<>",
    // Parameters.
    "(a, b): (u8, u8),", "_: u8,", "x @ 1: u8,", "lock: &mut Lock<'_>,", "ev: Event,", "#[capture] db: &Db,",
    "#[capture] url: String,", "n: f64,", "r#match: f64,", "#[capture] #[cfg(x)] c: u8,", "args: Rest<f64>,",
    // Bodies and punctuation.
    "{ block_on(x) }", "macro_rules! m { () => {} }", "|x| x", "\"text\"", "1.0", "-1", "b\"x\"", ",", ";", "=", ":",
    "::", "->", "<", ">", "&", "?", "$", "#", "'a'", "{}", "()", "[]", "name", "crate", "Lock ::", "lock", "u64",
];

const ATTRS: &[&str] = &[
    "",
    "",
    "",
    "name = \"jsName\"",
    "crate = ::a::b",
    "name = \"x\", crate = crate::isolock,",
    "name = 1, name, foo(bar) = 2, crate = \"a\", , = =",
    "captures = (a, b)",
];

pub(super) struct Mutator<'a> {
    pool: &'a Pool,
    words: Vec<Vec<Node>>,
    attrs: Vec<Vec<Node>>,
}

impl<'a> Mutator<'a> {
    pub(super) fn new(pool: &'a Pool) -> Self {
        let read = |texts: &[&str]| texts.iter().map(|text| nodes(tokens(text))).collect();
        Self { pool, words: read(WORDS), attrs: read(ATTRS) }
    }

    /// A real item with up to six mutations.
    pub(super) fn input(&self, rng: &mut Rng) -> Input {
        let pool = self.pool;
        let mut attr = rng.pick(&self.attrs).clone();
        let (entry, mut item) = match rng.below(100) {
            0..25 => (Entry::IsolateFn, rng.pick(&pool.functions).clone()),
            25..60 => {
                let (own_attr, item) = rng.pick(&pool.annotated).clone();
                attr = own_attr;
                (Entry::IsolateFn, item)
            }
            60..64 => (Entry::IsolateFn, rng.pick(&pool.types).clone()),
            64..68 => (Entry::IsolateFn, rng.pick(&pool.others).clone()),
            68..98 => (Entry::Derive, rng.pick(&pool.types).clone()),
            _ => (Entry::Derive, rng.pick(&pool.functions).clone()),
        };
        if rng.chance(20) {
            self.mutate(rng, &mut attr);
        }
        for _ in 0..*rng.pick(&[0, 1, 1, 1, 2, 2, 3, 4, 6]) {
            self.mutate(rng, &mut item);
        }
        Input { entry, attr, item }
    }

    fn mutate(&self, rng: &mut Rng, nodes: &mut Vec<Node>) {
        // A body is larger than its signature, which is what matters.
        let place = match nodes.last() {
            Some(Node::Group(Delimiter::Brace, body)) if rng.chance(60) => rng.below(places(nodes) - places(body)),
            _ => rng.below(places(nodes)),
        };
        edit_at(nodes, place, &mut |list, at| self.edit(rng, list, at));
    }

    fn edit(&self, rng: &mut Rng, list: &mut Vec<Node>, at: usize) {
        let end = (at + 1 + rng.below(3)).min(list.len());
        let empty = at == end || at >= list.len();
        match rng.below(10) {
            0 if !empty => drop(list.drain(at..end)),
            1 if !empty => {
                let range = list[at..end].to_vec();
                drop(list.splice(end..end, range));
            }
            2 if !empty => list[at..end].reverse(),
            3 if !empty => {
                let other = rng.below(list.len());
                list.swap(at, other);
            }
            4 if !empty => {
                let delimiter = self.delimiter(rng);
                let inner = list.drain(at..end).collect();
                list.insert(at, Node::Group(delimiter, inner));
            }
            5 if !empty => match list.remove(at) {
                Node::Group(_, inner) if rng.chance(50) => drop(list.splice(at..at, inner)),
                Node::Group(_, inner) => list.insert(at, Node::Group(self.delimiter(rng), inner)),
                token => drop(list.splice(at..at, [token.clone(), token])),
            },
            6 => {
                let piece = self.piece(rng);
                drop(list.splice(at..at, piece));
            }
            7 => drop(list.splice(at..end.max(at), rng.pick(&self.words).iter().cloned())),
            8 if !empty => drop(list.splice(at..=at, rng.pick(&self.words).iter().cloned())),
            _ => drop(list.splice(at..at, rng.pick(&self.words).iter().cloned())),
        }
    }

    /// Some neighbours out of another item.
    fn piece(&self, rng: &mut Rng) -> Vec<Node> {
        let items = match rng.below(3) {
            0 => &self.pool.types,
            1 => &self.pool.functions,
            _ => &self.pool.others,
        };
        let mut item = rng.pick(items).clone();
        let mut piece = Vec::new();
        let place = rng.below(places(&item));
        edit_at(&mut item, place, &mut |list, at| {
            let end = (at + 1 + rng.below(6)).min(list.len());
            piece = list[at..end].iter().filter(|node| size(std::slice::from_ref(node)) < 60).cloned().collect();
        });
        piece
    }

    fn delimiter(&self, rng: &mut Rng) -> Delimiter {
        *rng.pick(&[Delimiter::Parenthesis, Delimiter::Brace, Delimiter::Bracket, Delimiter::None])
    }
}
