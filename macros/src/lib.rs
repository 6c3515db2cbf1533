//! Attribute macros of isolock. Use them through the `isolock` crate, which re-exports them.
//!
//! [`macro@isolate_fn`] makes a Rust function callable from JavaScript, with what it takes along listed in its
//! signature. The rules it speaks of (`R1` … `R10`) are the catalogue in the crate `isolock-rules`.
//!
//! The phases, one file each: `attr` and `item` (syntax) → `model` (what each parameter is) → `check` (all errors) →
//! `expand` (tokens, infallible), or `fallback` when there were errors. `words` has every text that users see.

#![forbid(unsafe_code)]

mod affine;
mod attr;
mod carry;
mod check;
mod errors;
mod expand;
mod fallback;
mod generics;
mod item;
mod model;
mod naming;
mod pipeline;
mod scan;
mod trust;
mod types;
mod words;

#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

/// Makes a free function callable from JavaScript.
///
/// The function stays what it was: callable, recursive, testable. Beside it appears its *binding*, a struct of the same
/// name (types and functions have separate namespaces, so one `use` brings both). The binding's fields are what the
/// function captures; it is what `lock.install((add {},))` takes. Its `run` calls the function from outside of a turn.
///
/// ```ignore
/// #[isolate_fn]
/// pub fn add(a: f64, b: f64) -> f64 {
///     a + b
/// }
///
/// add(1.0, 2.0);                       // the function
/// lock.install((add {},));             // JavaScript: add(1, 2)
/// add::run(&ctx, 1.0, 2.0).await?;     // from any thread, as a turn of `ctx`
/// ```
///
/// # Options
///
/// | option | meaning | default |
/// |---|---|---|
/// | `name = "jsName"` | the name in JavaScript, an identifier | the function's in camel case: `fetch_text` → `fetchText`, `r#type` → `type` |
/// | `crate = path` | where isolock is, when it isn't a dependency of that name | `::isolock` |
///
/// # Parameters
///
/// What a parameter is can be read off its syntax:
///
/// | parameter | it is | how the function gets it |
/// |---|---|---|
/// | `lock: &mut Lock<'_>` | the lock, first in a sync function | lent by the turn |
/// | `ev: Event` | the event, first in an async function | made for the call |
/// | `#[capture] db: &Db` | the field `db: Db` of the binding | by reference, sync functions only |
/// | `#[capture] db: Db` | the field `db: Db` of the binding | a clone for each call |
/// | `url: String` | an argument from JavaScript | converted by its type, with a typed error |
///
/// - Types are recognised by the last word of their path (`Lock`, `Event`, `Local<..>`, `IoContext`): a type alias
///   hides them, and a type of your own with such a name has to be renamed (`use dom::Event as DomEvent`).
/// - Every parameter has a plain name; `mut` may stand before it. Captures may stand anywhere after the lock or event.
/// - A capture's documentation becomes the field's; rustc allows none on other parameters.
/// - `#[cfg(..)]` on a parameter is an error: the fields, arguments and tuples of the expansion can't be conditional
///   in step with it. Write two functions, each under its own `#[cfg(..)]`.
/// - At most twelve captures and twelve arguments. In JavaScript, `length` is the number of arguments before the first
///   that is an `Option<..>`.
/// - A function may have one lifetime parameter, the turn's: `fn f<'s>(lock: &mut Lock<'s>, v: Local<'s, Value>)`.
///   Type and const parameters, `impl Trait` and `where` clauses are errors: a binding is one function.
///
/// # Sync and async
///
/// A sync function runs inside the turn that JavaScript is in, under the lock. What it returns is converted; an `Err`
/// is thrown.
///
/// An async function returns a promise to JavaScript. The lock is **not** held while it runs: it takes no `Lock` and no
/// `Local` (R7), owns everything it takes, and enters the isolate where it needs to with
/// `ev.run((captures), |lock, (captures)| ..).await`.
///
/// ```ignore
/// #[isolate_fn(name = "fetchText")]
/// async fn fetch_text(ev: Event, #[capture] client: HttpClient, url: String) -> Result<String, FetchError> {
///     let body = client.get(&url).await?;
///     ev.run((body.len(),), |lock, (len,)| lock.console_log(&format!("{len} bytes"))).await?;
///     Ok(body)
/// }
///
/// lock.install((fetch_text { client },));
/// fetch_text { client }.run(&ctx, url).await?;
/// ```
///
/// # The expansion
///
/// The function comes first, unchanged but for `#[capture]`. Then (shortened):
///
/// ```ignore
/// pub struct fetch_text { pub client: HttpClient }    // the function's visibility, documentation and `#[cfg(..)]`
///
/// impl HostFunction for fetch_text {
///     const NAME: &'static str = "fetchText";
///     const LENGTH: i32 = 1;
///     fn call<'s>(&self, lock: &mut Lock<'s>, args: &Arguments<'s>) -> Outcome<'s> {
///         let url = args.get::<String>(lock, 0, "url")?;
///         let client = Clone::clone(&self.client);
///         start(lock, Self::NAME, (client, url), |ev, (client, url)| fetch_text(ev, client, url))
///     }
/// }
///
/// impl fetch_text {
///     #[track_caller]
///     pub fn run(self, ctx: &IoContext, url: String)
///         -> impl Future<Output = Result<Result<String, FetchError>, RunError>> + Send + use<> { .. }
/// }
/// ```
///
/// `run` is an associated function when there are no captures, `add::run(&ctx, 1.0, 2.0)`, and a method of the binding
/// when there are. There is none when an argument or the result has a `Local<..>` or another lifetime than `'static`:
/// such values can't leave a turn.
///
/// Of the function's attributes, `#[cfg(..)]` goes along to all generated items and documentation to the binding (both
/// also out of a `#[cfg_attr(..)]`); the others stay on the function.
///
/// # What it checks, and what it can't see
///
/// - R2: captures are listed, owned, and never `&mut`. rustc checks that each is `Portable`, at its type.
/// - R3: no parameter is an `IoContext`; a `WeakIoContext` or an `Event` is right.
/// - R4: a sync body doesn't call `block_on` or `run_blocking`. This sees names of direct calls only: nothing behind
///   other functions, in macros, in async blocks, or in closures handed to a `spawn`.
/// - R7: no async function has a `Lock` or a `Local` in its signature; nothing borrowed is returned.
/// - Methods: an attribute inside an `impl` block doesn't see the block. With a `self` the error says so; without one
///   rustc says that a struct can't stand there.
/// - The binding is a type, so a function named like a primitive type or like the crate its types come from
///   (`fn url(x: url::Url)`) is an error; other types of its name in the module are rustc's to report.
///
/// All errors of a function are reported at once. The function is still emitted, without a binding.
#[proc_macro_attribute]
pub fn isolate_fn(attr: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::isolate_fn(attr.into(), item.into()).into()
}

/// TODO
#[proc_macro_attribute]
pub fn thread_affine(attr: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::thread_affine(attr.into(), item.into()).into()
}
