//! Attribute macros of isolock. Use them through the `isolock` crate, which re-exports them.
//!
//! [`macro@isolate_fn`] makes a Rust function callable from JavaScript, with what it takes along listed in its
//! signature. The rules it speaks of (`R1` … `R10`) are the catalogue in the crate `isolock-rules`.
//!
//! The phases, one file each: `attr`, `trust` and `item` (syntax) → `model` (what each parameter is) → `check` (all
//! errors; `scan` looks into bodies) → `expand` (tokens, infallible), or `fallback` when there were errors. `derive` is
//! [`macro@Portable`]. `words` has every text that users see.

#![forbid(unsafe_code)]

mod attr;
mod carry;
mod check;
mod conditions;
mod derive;
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
/// | `#[capture(trusted = "why")] db: Db` | the same, for a type that is not `Portable` | as above |
/// | `url: String` | an argument from JavaScript | converted by its type, with a typed error |
///
/// - Types are recognised by the last word of their path (`Lock`, `Event`, `Local<..>`, `IoContext`): a type alias
///   hides them, and a type of your own with such a name has to be renamed (`use dom::Event as DomEvent`).
/// - Every parameter has a plain name; `mut` may stand before it. Captures may stand anywhere after the lock or event.
/// - Documentation of a capture becomes its field's, that of an argument stands with the binding's. Levels of lints
///   (`#[allow(..)]`, `#[expect(..)]`) stay where they are.
/// - `#[cfg(..)]` may stand on captures and arguments, with up to three different conditions in a function: the binding
///   is written once for each combination. `#[cfg_attr(..)]` is for levels of lints only.
/// - At most twelve captures and twelve arguments. In JavaScript, `length` is the number of arguments before the first
///   that is an `Option<..>`.
///
/// A capture on trust needs only `Send + 'static` (and `Clone` where it is cloned). The reason is for whoever reviews
/// the program: `isolock::trusted()` lists all of them once their functions are installed.
///
/// # Signatures
///
/// | in the signature | |
/// |---|---|
/// | `<T: Bound, const N: usize>`, `where ..` | the binding is generic in the same way, if a capture's type names each of them |
/// | `#[capture] source: &impl Source` | a type parameter of the binding, which is inferred |
/// | `impl Trait` of an argument, or as the result | an error: JavaScript passes values, never Rust types; `run` has to name its result |
/// | lifetimes of a sync function | the one in `Lock<'s>` is the turn's (without a lock, the first in an argument): arguments and results have no other. References to the lock and to captures may have names of their own |
/// | lifetimes of an async function | an error (R7): it borrows nothing |
/// | `const fn`, raw identifiers | work |
/// | `unsafe`, `extern`, variadic functions, methods | errors |
///
/// ```ignore
/// #[isolate_fn]
/// fn describe<T: Display + Portable>(#[capture] thing: &T, suffix: String) -> String {
///     format!("{thing}{suffix}")
/// }
///
/// #[isolate_fn]                                             // nothing else says which `T` it is
/// fn echo<T>(#[capture] _kind: PhantomData<T>, value: T) -> T
/// where
///     T: Portable + for<'s> FromJs<'s> + for<'s> IntoJs<'s>,
/// {
///     value
/// }
///
/// lock.install((describe { thing: 5 }, echo { _kind: PhantomData::<String> }));
/// ```
///
/// All bindings of a generic function have one name in JavaScript: of those installed in one context the last one stays.
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
/// The function comes first, unchanged but for `#[capture]` and documentation of parameters. Then (shortened):
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
/// - R3: no async body decides by an answer from before an `.await` (`let alive = ctx.is_alive();`, `ev.is_cancelled()`)
///   without asking again. This sees conditions on a `let` of the body, of an `Event` or `WeakIoContext` that is a
///   parameter or `ev.context()`: no fields, and nothing in closures, macros or nested async blocks.
/// - R4: a sync body, or a turn that an async one enters by `ev.run`, doesn't call `block_on`, `run_blocking`,
///   `blocking_recv`, `blocking_send`, `blocking_lock`, `thread::sleep`, `thread::park`, or `std::fs` by its full path.
///   This sees names of direct calls only: nothing behind other functions, in macros, in async blocks, or in closures
///   handed to a `spawn`.
/// - R4: no async body holds the guard of a lock across an `.await`. This sees guards that a `let` or `if let` of the body
///   names: `m.lock().unwrap()` and its like; `read`, `write` and `borrow` where the lock's type is in sight, as a
///   parameter's or by `RwLock::new`. A guard that may have been moved or dropped counts as dropped. rustc itself refuses
///   any guard that is not `Send`.
/// - R7: no async function has a `Lock` or a `Local` in its signature; nothing borrowed is returned.
/// - Methods: an attribute inside an `impl` block doesn't see the block. With a `self` the error says so; without one
///   rustc says that a struct can't stand there.
/// - The binding is a type, so a function named like a primitive type or like the crate its types come from
///   (`fn url(x: url::Url)`) is an error; other types and modules of its name in the module are rustc's to report. A
///   function that is named like the module it is in can't be imported beside that module: `fetch::fetch {}` in full, or
///   `use fetch::fetch as fetch_it`.
///
/// All errors of a function are reported at once. The function is still emitted, without a binding.
#[proc_macro_attribute]
pub fn isolate_fn(attr: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::isolate_fn(attr.into(), item.into()).into()
}

/// Implements `Portable` for a struct or an enum whose fields are all portable.
///
/// ```ignore
/// #[derive(Portable)]
/// enum Job<T> {
///     Stop,
///     Fetch { url: String, reply: Sender<T> },
///     All(Vec<Job<T>>), // recursive types, too
/// }
/// ```
///
/// Each field is checked at its type, so the error for one that may not cross (an `Rc`, a `Global`, a strong
/// `IoContext`) stands there. A type parameter has to be `Portable`; the type's own bounds and `where` clause are kept.
///
/// # Options
///
/// | option | meaning | default |
/// |---|---|---|
/// | `#[portable(bound(..))]` | the impl's bounds, when the default ones ask too much or too little | `T: Portable` for each type parameter |
/// | `#[portable(crate = path)]` | where isolock is, when it isn't a dependency of that name | `::isolock` |
///
/// A parameter that only names a field's type needs no bound of its own, but that type does:
///
/// ```ignore
/// #[derive(Portable)]
/// #[portable(bound(S::Row: Portable))]
/// struct Page<S: Source> {
///     rows: Vec<S::Row>,
/// }
/// ```
///
/// # What it refuses
///
/// Unions, and types with lifetime parameters: what crosses a turn's boundary is owned (R2). A field that isn't even
/// `Send` is reported twice by rustc, at the field and at the type, because `Portable` types have to be `Send`.
#[proc_macro_derive(Portable, attributes(portable))]
pub fn derive_portable(item: TokenStream) -> TokenStream {
    pipeline::derive_portable(item.into()).into()
}
