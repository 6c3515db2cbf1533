//! Attribute macros of isolock. Use them through the `isolock` crate, which re-exports them.
//!
//! [`macro@isolate_fn`] makes a Rust function callable from JavaScript, with what it takes along listed in its
//! signature. The rules it speaks of (`R1` … `R10`) are the catalogue in the crate `isolock-rules`.
//!
//! The phases of `isolate_fn`, one file each: `attr`, `trust` and `item` (syntax) → `model` (what each parameter is) →
//! `check` (all errors; `scan` looks into bodies) → `expand` (tokens, infallible), or `fallback` when there were errors.
//! `affine` has the same phases of `thread_affine`, `derive` is [`macro@Portable`]. `words` has every text that users see.

#![forbid(unsafe_code)]

mod affine;
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
mod options;
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
/// - Methods: an attribute inside an `impl` block doesn't see the block (unless that has [`macro@thread_affine`], which
///   reads the markers of its methods). With a `self` the error says so; without one
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

/// Makes a handle for a type whose values are bound to a context, an isolate or a thread.
///
/// A database connection, a watcher or a JS value must be used and dropped by its owner. `#[thread_affine]` on the type
/// makes its **handle**, which may go anywhere, and `#[thread_affine]` on an `impl` block gives the handle the methods
/// marked `#[isolate_fn]`: each call of one is a turn of the owner.
///
/// ```ignore
/// #[thread_affine(owner = context)]
/// pub struct Kv {
///     own_conn: rusqlite::Connection,      // bound to the owner, and named so
///     hits: u64,
/// }
///
/// #[thread_affine]
/// impl Kv {
///     #[isolate_fn]
///     pub fn open(path: &str) -> Result<Self, KvError> {
///         Ok(Self { own_conn: rusqlite::Connection::open(path)?, hits: 0 })
///     }
///
///     #[isolate_fn]
///     pub fn get(&mut self, key: &str) -> Result<Option<String>, KvError> {
///         self.hits += 1;
///         Ok(self.own_conn.query_row("SELECT v FROM kv WHERE k = ?", [key], |row| row.get(0)).optional()?)
///     }
///
///     #[isolate_fn]
///     pub fn hits(&self) -> u64 {
///         self.hits
///     }
/// }
///
/// let kv = KvHandle::open(&ctx, "kv.db".to_owned()).await?;           // Result<KvHandle, KvError>
/// let other = kv.clone();                                             // to any thread
/// let value = other.get("key".to_owned()).await?;                     // one `?`: KvError: From<RunError>
/// let hits = other.hits().await?;                                     // Result<u64, RunError>
/// ctx.try_run((kv,), |lock, (kv,)| kv.with_mut(lock, |kv, _lock| kv.hits = 0)).await?;   // inside a turn
/// ```
///
/// # Options
///
/// | option | meaning | default |
/// |---|---|---|
/// | `owner = context` | on a type: opened by the turns of one context, dropped with it | none: it has to be said |
/// | `owner = isolate` | on a type: shared by the contexts of an isolate, dropped with it | |
/// | `owner = thread` | on a type: need not be `Send`; made and used on the thread of a pinned home | |
/// | `handle = Name` | on a type: the name of the handle; on an `impl` block: the path to it | the type's name (and path) and `Handle` |
/// | `crate = path` | where isolock is, when it isn't a dependency of that name | `::isolock` |
///
/// # Types
///
/// Structs of all kinds and enums, with type and const parameters, which are those of the handle, too. Lifetime
/// parameters are an error: the owner keeps the value for longer than anything it could borrow from.
///
/// A field may hold
///
/// - what isn't bound to an owner: any `Portable` type (`Cell` and `RefCell` of such are portable);
/// - anything that the owner can have, if its name starts with `own_`, or if it has a written reason:
///   `#[affine(reason = "why")]`. With `owner = context` or `owner = isolate` it must be `Send`, because on the shared
///   home the turns of a context move between threads; what isn't goes into a type with `owner = thread`;
/// - with `owner = thread`, `AtHome`: it makes the bare type unsendable from birth.
///
/// Fields without a name (of tuple structs and variants) can't be called `own_`: they are portable or have a reason.
///
/// Affinity begins at `lock.own(value)` (context, isolate) or `Homed::here(value)` (thread). Until then the type is an
/// ordinary one: it can be made, tested and dropped anywhere.
///
/// # The handle
///
/// The handle is `Send + Sync + Clone`, `Portable`, and weak: it names the value, and the value ends with its owner (or is
/// taken out of it by a method with `self`). Calls then fail with `Gone`. It dereferences to `WeakHomed<Kv>`, which has
/// what works inside turns: `with`, `with_mut`, `try_get`, `try_get_mut`, `take`. It has no methods of its own beside
/// yours, so that yours may have any name. `Debug` shows owner and origin.
///
/// As a capture of a host function it is written like any other: `#[capture] kv: KvHandle`.
///
/// # Methods
///
/// The block stays as it is, but for the markers (which need no import here); the methods stay callable as `Kv::get(&mut kv, ..)`. For each method
/// marked `#[isolate_fn]` the handle has one of the same name, visibility, documentation, `#[cfg(..)]` and `#[deprecated]`:
///
/// | method | on the handle |
/// |---|---|
/// | `fn hits(&self) -> u64` | `fn hits(&self) -> impl Future<Output = Result<u64, RunError>> + Send` |
/// | `fn put(&mut self, key: &str, n: u64) -> Result<(), E>` | `fn put(&self, key: String, n: u64) -> impl Future<Output = Result<(), E>> + Send`, with `E: From<RunError>` |
/// | `#[isolate_fn(nested)]` on it | … `Output = Result<Result<(), E>, RunError>`: for errors of others, like `io::Result` |
/// | `fn close(self) -> u64` | `fn close(&self) -> ..`: takes the value out of its owner; later calls are `Gone` |
/// | `fn open(..) -> Self`, `-> Option<Self>`, `-> Result<Self, E>` | `fn open(ctx: &IoContext, ..)`: the context (or its isolate) owns the value, and the caller gets the handle |
/// | `fn version() -> u64` | `fn version(ctx: &IoContext) -> ..` |
/// | `async fn refresh(this: KvHandle, ev: Event, url: String) -> ..` | `fn refresh(&self, url: String) -> ..` |
///
/// - After the receiver (or first) a sync method may take `lock: &mut Lock<'_>`, which the turn lends it. It isn't a parameter
///   on the handle.
/// - A parameter may be a reference: the handle takes what owns the value, `String` for `&str`, `Vec<T>` for `&[T]`, `T` for
///   `&T`, and the method is lent it. Everything that crosses is listed in one tuple for each call, so arguments and
///   results are `Portable` (R2), and there are at most twelve arguments. `#[cfg(..)]` may stand on arguments.
/// - A value of the type itself never crosses: `Self` as an argument is an error. As a result of a sync function (`Self`,
///   `Option<Self>`, `Result<Self, E>`) it becomes the handle.
/// - An async method has no `self`: nothing is borrowed across an await. It takes the handle as `this`, and `ev: Event`
///   after it if it enters turns: `ev.run((this,), |lock, (this,)| this.with_mut(lock, |kv, _lock| ..)).await`.
/// - Methods may be generic; `impl Trait` parameters are, too. Several blocks, blocks of traits (`impl Store for Kv`; their
///   methods are `pub` on the handle) and blocks in other modules work: the handle is looked for beside the type, at
///   `store::KvHandle` for `impl store::Kv`; import it or say `handle = path` if it is elsewhere.
///
/// A call **enters** the owner as a new event. Inside an async host function of the owner's context it **resumes** the event
/// that is being polled: it works in a critical section and is cancelled with it. Inside a turn it is
/// `RunError::Reentrant`: use the lock that is there, `kv.with_mut(lock, ..)`.
///
/// Two live `&mut` of a value are impossible. References are lent by the runtime, which keeps account of them: if JS that a
/// method calls leads back to the same value, the inner call fails with `RunError::Borrowed`, which names both call sites.
///
/// # The expansion
///
/// The item comes first, without helper attributes. Then (shortened):
///
/// ```ignore
/// pub struct KvHandle(WeakHomed<Kv>);         // Clone, Debug, Deref, Portable, From<WeakHomed<Kv>>
///
/// impl Affine for Kv {
///     const OWNER: Owner = Owner::Context;
///     const NAME: &'static str = "Kv";
///     type Handle = KvHandle;
/// }
///
/// impl OwnedInTurns for Kv {}                 // what `lock.own` asks for
///
/// impl KvHandle {
///     #[track_caller]
///     pub fn get(&self, key: String) -> impl Future<Output = Result<Option<String>, KvError>> + Send + use<> {
///         run(self, (self.0.clone(), key), |lock, (this, key)| {
///             flat(turn_with_mut(&this, lock, "Kv::get", |value, _lock| Kv::get(value, &key)))
///         })
///     }
/// }
/// ```
///
/// # What it checks, and what it can't see
///
/// - R5: the owner is said; fields that hold what is bound to it are named `own_…` or have a reason. A field of a
///   `Portable` type that stands for something bound (the number of a file descriptor) isn't noticed, and neither is a
///   reason that isn't true.
/// - R5: with `owner = context | isolate` every field is `Send`, checked by rustc at the field's type. A type that claims to be
///   `Send` and isn't (`unsafe impl Send`) is believed.
/// - R2, R7: what a call takes along and gives back is owned and `Portable`; no locks, locals or references cross.
/// - R3: no field holds a strong `IoContext`: by its name, so a type alias hides it.
/// - R4: a sync method doesn't call `block_on` or `run_blocking`, as with `#[isolate_fn]`.
/// - The type and its `impl` blocks are expanded apart: that the type has a handle is rustc's to report, as is a method
///   name that two blocks give to one handle.
///
/// All errors are reported at once. What has one is still emitted, and so is everything of the handle that has none.
#[proc_macro_attribute]
pub fn thread_affine(attr: TokenStream, item: TokenStream) -> TokenStream {
    pipeline::thread_affine(attr.into(), item.into()).into()
}
