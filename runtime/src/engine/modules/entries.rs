//! The entries: loaders, resolvers, host modules and imports.

use super::{
    super::{
        error::RunError,
        evaluate,
        event::Event,
        function::Bindings,
        io_context::IoContext,
        lock::Lock,
        portable::Portable,
        promise,
        root::JsRoot,
        run::{Keep, Pending},
        weak_context::WeakIoContext,
    },
    compile,
    failure::Failure,
    import::{Target, import},
    load::Loader,
    map::{self, Key},
    request::{LoadError, ModuleKind, ModuleRequest, ModuleSource},
    resolve::Resolver,
};
use crate::protocol::turn_record::Kind;
use crate::v8;
use std::{
    collections::HashSet,
    panic::Location,
    sync::{Arc, Mutex},
};

impl Lock<'_> {
    /// Sets the **module loader** of this context: an asynchronous body that gives the text of a module, called for each
    /// module that is imported and not yet known. Each call gets a clone of the captures, and is part of the event that
    /// imports. The isolate's lock is not held while it loads; [`Event::run`] takes turns.
    ///
    /// What is imported statically, by `import()`, by [`IoContext::import`] or by the text given to
    /// [`IoContext::load_module`] comes through here. A module is loaded and evaluated once per context, by however many it
    /// is imported at the same time; only a load that is under way in another
    /// [critical section](Event::critical_section) is not waited for but done again. A load that fails is forgotten, so the next
    /// import asks again; a module whose evaluation failed fails with the same error for ever.
    ///
    /// A loader that is set later replaces this one.
    ///
    /// From memory:
    ///
    /// ```no_run
    /// use isolock::{LoadError, ModuleSource, prelude::*};
    /// use std::{collections::HashMap, sync::Arc};
    ///
    /// # async fn example(isolate: &Isolate) -> Result<(), RunError> {
    /// let files = Arc::new(HashMap::from([
    ///     ("main.js", "import { shout } from './lib/text.js'; export const greeting = shout('hello')"),
    ///     ("lib/text.js", "export const shout = text => text.toUpperCase() + '!'"),
    /// ]));
    /// let ctx = isolate.context(ContextOptions::new()).setup((files,), |lock, (files,)| {
    ///     lock.module_loader((files,), |_ev, (files,), request| async move {
    ///         match files.get(request.name.as_str()) {
    ///             Some(text) => Ok(ModuleSource::javascript(*text)),
    ///             None => Err(LoadError::new("there is no such file")),
    ///         }
    ///     });
    ///     Ok::<(), RunError>(())
    /// });
    /// let ctx = ctx.await?;
    /// let main = ctx.import("main.js").await?; // the module's namespace, a `JsRoot`
    /// let greeting = ctx.try_run((main,), |lock, (main,)| {
    ///     let (namespace, key) = (main.try_get(lock)?, lock.string("greeting")?);
    ///     let value = lock.try_catch(|lock| namespace.get(lock, key.into()))?;
    ///     String::from_js(value, lock).map_err(RunError::from)
    /// });
    /// assert_eq!(greeting.await?, "HELLO!");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// From files. Names that the default resolver makes have no `.` or `..` in them, so joined to a folder they stay inside
    /// it, unless a link leads out (or, on Windows, a backslash or a drive: refuse names with `\` and `:` there):
    ///
    /// ```no_run
    /// use isolock::{ModuleSource, prelude::*};
    /// use std::path::PathBuf;
    ///
    /// fn serve(lock: &mut Lock<'_>, folder: PathBuf) {
    ///     lock.module_loader((folder,), |_ev, (folder,), request| async move {
    ///         let path = folder.join(request.name.trim_start_matches('/'));
    ///         // `tokio::fs` where there is tokio: a loader runs on an executor's thread.
    ///         let text = std::fs::read_to_string(path)?;
    ///         Ok(ModuleSource::of_kind(request.kind, text))
    ///     });
    /// }
    /// ```
    pub fn module_loader<C, F>(&mut self, captures: C, load: fn(Event, C, ModuleRequest) -> F)
    where
        C: Portable + Clone,
        F: Future<Output = Result<ModuleSource, LoadError>> + Send + 'static,
    {
        let loader = Arc::new(Loader { captures: Mutex::new(captures), load });
        let former = map::with(self, |map| map.loader.replace(loader));
        drop(former);
    }

    /// Sets the **module resolver** of this context: from what an import says, and the name of the module or script that
    /// says it (`None` if Rust imports), to the name that the loader is asked for and that the module is known by. It is
    /// called inside turns, and also by `import.meta.resolve`: it must not block.
    ///
    /// The default follows the web's rules for paths. `./`, `../` and `/` are joined to the referrer, which may be a URL with a path
    /// (`https://example.org/a.js`, `file:///a.js`) or a path (`lib/a.js`). `.` and `..` are removed, and never lead above
    /// the root. Everything else stays as it is: URLs, `host:math`, and bare names, which a resolver of your own may look up in a
    /// package or refuse. For all rules of URLs, use the `url` crate here.
    ///
    /// ```no_run
    /// # use isolock::prelude::*;
    /// # fn turn(lock: &mut Lock<'_>, packages: std::collections::HashMap<String, String>) {
    /// lock.module_resolver((packages,), |(packages,), specifier, _referrer| {
    ///     packages.get(specifier).cloned().ok_or_else(|| isolock::LoadError::new("it is no dependency"))
    /// });
    /// # }
    /// ```
    pub fn module_resolver<C>(&mut self, captures: C, resolve: fn(&C, &str, Option<&str>) -> Result<String, LoadError>)
    where
        C: Portable + Sync,
    {
        let resolver = Arc::new(Resolver { captures, resolve });
        let former = map::with(self, |map| map.resolver.replace(resolver));
        drop(former);
    }

    /// Makes annotated functions a **host module**: after `lock.module("host:math", (add {}, sub {}))` JS may say
    /// `import { add } from "host:math"`. Neither resolver nor loader are asked for it.
    ///
    /// # Errors
    /// [`RunError::Threw`] with a `TypeError` if the context has a module of that name already, or if two functions have
    /// the same name.
    pub fn module(&mut self, name: &str, bindings: impl Bindings) -> Result<(), RunError> {
        let key = Key::new(name, ModuleKind::JavaScript);
        if map::with(self, |map| map.find(&key)).is_some() {
            let message = format!("this context has a module `{name}` already: give another name");
            return Err(Failure::type_error(message).into_run_error());
        }
        self.scope(|lock| {
            let functions = bindings.functions(lock)?;
            let mut names = HashSet::new();
            if let Some((twice, _)) = functions.iter().find(|(name, _)| !names.insert(*name)) {
                return Err(
                    Failure::type_error(format!("module `{name}` has two functions `{twice}`")).into_run_error()
                );
            }
            let exports = functions.into_iter().map(|(name, function)| (name.into(), function.into())).collect();
            let compiled = compile::synthetic(lock, name, exports).map_err(Failure::into_run_error)?;
            map::add(lock, key, compiled, Vec::new(), true);
            Ok(())
        })
    }
}

impl IoContext {
    /// Imports a module and everything that it imports, evaluates them, waits for their top-level awaits, and gives the
    /// module's namespace. The name is resolved like one that has no referrer; see [`Lock::module_resolver`].
    ///
    /// Loads, turns and evaluation are one event: dropping the future cancels it, and with it the loads that nobody else
    /// waits for.
    ///
    /// # Errors
    /// [`RunError::Threw`] with what a module threw, or with why one could not be loaded, compiled or linked: it names the
    /// module, and who imports it where. [`RunError::Terminated`] if the evaluation reached a limit. A loader that never answers is
    /// waited for until the context ends ([`RunError::Gone`]).
    #[track_caller]
    pub fn import(&self, specifier: &str) -> Pending<Result<JsRoot<v8::Object>, RunError>> {
        let target = Target::specifier(specifier, ModuleKind::JavaScript, None);
        outside(Keep::Context(self.clone()), Location::caller(), target)
    }

    /// Like [`Self::import`] for a module whose text is at hand. What it imports comes from the context's
    /// [loader](Lock::module_loader). The module is known by its name from now on, unless it can't be linked or its evaluation
    /// fails.
    ///
    /// # Errors
    /// See [`Self::import`]; a `TypeError` if the context has a module of that name already.
    #[track_caller]
    pub fn load_module(&self, name: &str, source: &str) -> Pending<Result<JsRoot<v8::Object>, RunError>> {
        let target = Target::Text { name: name.into(), text: source.into() };
        outside(Keep::Context(self.clone()), Location::caller(), target)
    }
}

impl WeakIoContext {
    /// Like [`IoContext::import`], but does not keep the context alive while it waits.
    ///
    /// # Errors
    /// See [`IoContext::import`].
    #[track_caller]
    pub fn import(&self, specifier: &str) -> Pending<Result<JsRoot<v8::Object>, RunError>> {
        let target = Target::specifier(specifier, ModuleKind::JavaScript, None);
        outside(Keep::Record(self.inner.clone()), Location::caller(), target)
    }
}

impl Event {
    /// Like [`IoContext::import`], as part of this event.
    ///
    /// # Errors
    /// See [`IoContext::import`]; [`RunError::Cancelled`] if the event was.
    #[track_caller]
    pub fn import(&self, specifier: &str) -> Pending<Result<JsRoot<v8::Object>, RunError>> {
        let (event, at) = (self.clone(), Location::caller());
        let target = Target::specifier(specifier, ModuleKind::JavaScript, None);
        Pending::new(async move { drive(event, Kind::Resume, at, target).await })
    }
}

/// An import from outside: an event of its own, which ends with the future.
fn outside(
    keep: Keep,
    at: &'static Location<'static>,
    target: Target,
) -> Pending<Result<JsRoot<v8::Object>, RunError>> {
    evaluate::outside(keep, at, move |event| drive(event, Kind::Enter, at, target))
}

async fn drive(
    event: Event,
    first: Kind,
    at: &'static Location<'static>,
    target: Target,
) -> Result<JsRoot<v8::Object>, RunError> {
    let body =
        promise::body(&event, (first, at, target), |event, (first, at, target)| import(event, first, at, target));
    promise::drive(event, body).await?.map_err(Failure::into_run_error)?.namespace()
}
