//! What `#[isolate_fn]` makes of signatures: type and const parameters, lifetimes, `impl Trait`, trusted captures,
//! attributes of parameters.

use crate::support::*;
use isolock::{prelude::*, v8};
use isolock_tests::block_on;
use std::{
    fmt::Display,
    marker::PhantomData,
    sync::{Arc, Mutex},
};
use v8::Local;

/// Generic over what it captures.
#[isolate_fn]
fn describe<T: Display + Portable>(#[capture] thing: &T, suffix: String) -> String {
    format!("{thing}{suffix}")
}

/// Generic over what JavaScript passes and gets: the capture says which type that is.
#[isolate_fn]
fn twice<T>(#[capture] _kind: PhantomData<T>, value: T) -> Vec<T>
where
    T: Portable + Clone + for<'s> FromJs<'s> + for<'s> IntoJs<'s>,
{
    vec![value.clone(), value]
}

/// A const parameter, and one that only an associated type mentions.
#[isolate_fn]
async fn pick<I, const N: usize>(#[capture] names: [String; N], #[capture] first: I::Item, index: f64) -> String
where
    I: Iterator<Item: Portable + Clone + Display> + 'static,
{
    names.get(index as usize).cloned().unwrap_or_else(|| first.to_string())
}

#[test]
fn type_and_const_parameters() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| {
            lock.install((describe { thing: 5_u32 }, twice { _kind: PhantomData::<String> }))?;
            let names = ["a".to_owned(), "b".to_owned()];
            lock.install((pick::<std::vec::IntoIter<u8>, 2> { names, first: 7 },))
        });
        assert_eq!(text(&ctx, "describe('!') + twice('x') + describe.length"), "5!x,x1");
        assert!(threw(block_on(ctx.eval::<String>("twice(1)"))).message.contains("expected a string"));
        assert_eq!(text(&ctx, "Promise.all([pick(1), pick(5)]).then(String)"), "b,7");
        // One function, many bindings.
        block_on(ctx.try_run((), |lock, ()| lock.install((describe { thing: "text" },)))).unwrap();
        assert_eq!(text(&ctx, "describe('?')"), "text?");
        assert_eq!(block_on(describe { thing: 'c' }.run(&ctx, "+".into())).unwrap(), "c+");
        let numbers = block_on(twice { _kind: PhantomData }.run(&ctx, 1.5)).unwrap();
        assert_eq!(numbers, [1.5, 1.5]);
        let last = pick::<std::vec::IntoIter<u8>, 0> { names: [], first: 1 };
        assert_eq!(block_on(last.run(&ctx, 0.0)).unwrap(), "1");
        assert_eq!(describe(&1, String::new()), "1");
    });
}

/// Every lifetime has its place: the turn's, that of the loan of the lock, and those of captures.
#[isolate_fn]
fn tag<'a, 's, 'c>(
    lock: &'a mut Lock<'s>,
    #[capture] prefix: &'c String,
    value: Local<'s, v8::Value>,
    #[capture] suffix: &String,
) -> Local<'s, v8::Value>
where
    's: 'a + 'c,
{
    let text = format!("{prefix}{}{suffix}", value.to_rust_string_lossy(lock));
    lock.string(&text).map_or(value, Into::into)
}

/// Without a lock it is the arguments' lifetime.
#[isolate_fn]
fn first<'t>(a: Local<'t, v8::Value>, _b: Local<'t, v8::Value>) -> Local<'t, v8::Value> {
    a
}

/// A bound that speaks of the turn holds for all turns.
#[isolate_fn]
fn constant<'s, T: IntoJs<'s> + Clone + Portable>(lock: &mut Lock<'s>, #[capture] value: &T) -> Local<'s, v8::Value> {
    value.clone().into_js(lock).unwrap_or_else(|_| lock.undefined())
}

/// The lifetime is called as something else that is in scope.
#[isolate_fn]
fn plain<'a, 's: 'a>(lock: &'a mut Lock<'s>, text: String) -> Result<String, RunError> {
    Ok(lock.eval(&text)?.to_rust_string_lossy(lock))
}

#[test]
fn lifetimes() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| {
            lock.install((
                tag { prefix: "<".into(), suffix: ">".into() },
                first {},
                constant { value: vec![1.0, 2.0] },
                plain {},
            ))
        });
        assert_eq!(text(&ctx, "tag(first('x', 'y')) + constant() + plain('1 + 1')"), "<x>1,22");
        assert_eq!(block_on(plain::run(&ctx, "2 + 2".into())).unwrap().unwrap(), "4");
    });
}

/// A source of numbers.
trait Source: Portable {
    fn next(&self) -> f64;
}

struct Counter(Mutex<f64>);

impl Portable for Counter {}

impl Source for Counter {
    fn next(&self) -> f64 {
        let mut n = self.0.lock().unwrap();
        *n += 1.0;
        *n
    }
}

/// `impl Trait` on a capture, also inside of a type, and beside a named parameter.
#[isolate_fn]
fn sum<T: Into<f64> + Copy + Portable>(
    #[capture] source: &impl Source,
    #[capture] shared: Arc<impl Source + Sync>,
    #[capture] start: T,
) -> f64 {
    start.into() + source.next() + shared.next()
}

#[test]
fn impl_trait_on_captures() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| {
            let shared = Arc::new(Counter(Mutex::new(10.0)));
            lock.install((sum { source: Counter(Mutex::new(0.0)), shared, start: 100_u8 },))
        });
        assert_eq!(text(&ctx, "`${sum()} ${sum()}`"), "112 114");
        let binding =
            sum { source: Counter(Mutex::new(0.0)), shared: Arc::new(Counter(Mutex::new(0.0))), start: 0.5_f32 };
        assert_eq!(block_on(binding.run(&ctx)).unwrap(), 2.5);
    });
}

/// As from another crate: `Send` and `Clone`, and nobody said that it is portable.
#[derive(Clone)]
struct ThirdParty(String);

/// Not even `Clone`.
struct Unclonable(String);

/// Trusted, lent and cloned, and a closure by `impl Fn`.
#[isolate_fn]
fn greet(
    #[capture(trusted = "plain text inside")] client: ThirdParty,
    /// May be documented.
    #[capture(trusted = "plain text, too")]
    lent: &Unclonable,
    #[capture(trusted = "captures nothing")] f: &(impl Fn(&str) -> String + Send + 'static),
    name: String,
) -> String {
    format!("{}{}{}", client.0, lent.0, f(&name))
}

#[isolate_fn]
async fn greet_later<T: Display + Clone + Send + 'static>(
    #[capture(trusted = "the caller's word")] what: T,
    name: String,
) -> String {
    format!("{what}{name}")
}

#[test]
fn r2_trusted_captures() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| {
            let f = |name: &str| format!("{name}!");
            let binding = greet { client: ThirdParty("dear ".into()), lent: Unclonable("old ".into()), f };
            lock.install((binding, greet_later { what: Box::new(5) }))
        });
        assert_eq!(text(&ctx, "greet('you')"), "dear old you!");
        assert_eq!(text(&ctx, "greetLater('th')"), "5th");
        let binding = greet { client: ThirdParty("a".into()), lent: Unclonable("b".into()), f: |name| name.repeat(2) };
        assert_eq!(block_on(binding.run(&ctx, "c".into())).unwrap(), "abcc");
        assert_eq!(block_on(greet_later { what: 'x' }.run(&ctx, "y".into())).unwrap(), "xy");
        let reasons: Vec<_> = isolock::trusted().iter().map(|used| (used.why, used.type_name)).collect();
        for (why, name) in [("plain text inside", "ThirdParty"), ("plain text, too", "Unclonable")] {
            let of_this = reasons.iter().filter(|used| used.0 == why).collect::<Vec<_>>();
            assert!(matches!(&of_this[..], [(_, found)] if found.ends_with(name)), "{of_this:?}");
        }
        assert!(reasons.iter().any(|used| used.0 == "the caller's word" && used.1 == "char"), "{reasons:?}");
    });
}

/// Lints stay where they are written; `mut` and reserved words are names like others.
#[isolate_fn]
const fn attributes(#[allow(unused_mut)] mut r#in: f64, #[expect(unused_variables)] unused: f64) -> f64 {
    r#in
}

#[test]
fn attributes_of_parameters() {
    on_both_homes(|world| {
        let (_isolate, ctx) = world.with(|lock, ()| lock.install((attributes {},)));
        assert_eq!(number(&ctx, "attributes(1, 2)"), 1.0);
        const NOW: f64 = attributes(3.0, 4.0);
        assert_eq!((NOW, block_on(attributes::run(&ctx, NOW, 0.0)).unwrap()), (3.0, 3.0));
    });
}
