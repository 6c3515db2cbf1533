//! Module loaders and imports.

mod dynamic;
mod ends;
mod failures;
mod graphs;
mod hosts;
mod loading;
mod names;

use crate::support::*;
use isolock::{LoadError, ModuleSource, prelude::*, v8};
use isolock_tests::block_on;
use std::{collections::HashMap, pin::Pin, sync::Arc};

/// Files that a loader serves, and what it was asked for.
#[derive(Clone)]
pub(crate) struct Files {
    texts: Arc<HashMap<String, String>>,
    pub(crate) asked: Log,
}

impl Portable for Files {}

impl Files {
    pub(crate) fn new<N: Into<String>, T: Into<String>>(files: impl IntoIterator<Item = (N, T)>) -> Self {
        let texts = files.into_iter().map(|(name, text)| (name.into(), text.into())).collect();
        Self { texts: Arc::new(texts), asked: Log::default() }
    }

    /// The text of a file, and a note that it was asked for.
    pub(crate) fn get(&self, name: &str) -> Result<&str, LoadError> {
        self.asked.push(name);
        self.texts.get(name).map(String::as_str).ok_or_else(|| LoadError::new("there is no such file"))
    }
}

/// Has `lock`'s context load its modules from `files`.
pub(crate) fn serve(lock: &mut Lock<'_>, files: Files) {
    lock.module_loader((files,), |_ev, (files,), request| async move {
        Ok(ModuleSource::of_kind(request.kind, files.get(&request.name)?))
    });
}

/// A context whose modules are `files`, and with a list `seen` for them to write to.
pub(crate) fn context_of(isolate: &Isolate, files: &Files) -> IoContext {
    let setup = isolate.context(ContextOptions::new()).setup((files.clone(),), |lock, (files,)| {
        serve(lock, files);
        lock.eval("globalThis.seen = []").map(|_| ())
    });
    block_on(setup).expect("a context")
}

/// An isolate with such a context.
pub(crate) fn world_of<N: Into<String>, T: Into<String>>(
    world: &World,
    files: impl IntoIterator<Item = (N, T)>,
) -> (Isolate, IoContext, Files) {
    let (isolate, files) = (world.isolate(), Files::new(files));
    let ctx = context_of(&isolate, &files);
    (isolate, ctx, files)
}

/// An export, as a string.
#[track_caller]
pub(crate) fn export(ctx: &IoContext, module: &JsRoot<v8::Object>, name: &str) -> String {
    let value: Result<String, RunError> =
        block_on(ctx.try_run((module.clone(), name.to_owned()), |lock, (module, name)| {
            let module = module.try_get(lock)?;
            let key = lock.string(&name)?;
            let value = lock.try_catch(|lock| module.get(lock, key.into()))?;
            Ok(value.to_rust_string_lossy(lock))
        }));
    value.unwrap()
}

/// Imports a module that has to be there.
#[track_caller]
pub(crate) fn import(ctx: &IoContext, name: &str) -> JsRoot<v8::Object> {
    block_on(ctx.import(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// What modules wrote to `seen`.
#[track_caller]
pub(crate) fn seen(ctx: &IoContext) -> String {
    text(ctx, "seen.join(' ')")
}

/// An import whose first turn is over, so that its load has begun or was joined.
pub(crate) fn under_way<F: Future>(ctx: &IoContext, import: F) -> Pin<Box<F>> {
    let mut import = pending(import);
    // Turns that wait have their turn in order.
    block_on(ctx.run((), |_lock, ()| ())).unwrap();
    assert!(poll_once(&mut import).is_pending(), "its module doesn't load");
    import
}
