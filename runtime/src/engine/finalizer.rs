//! What is done after JS let go of an object.
//!
//! The base is the `FinalizationRegistry` of each context, made before any script runs and kept out of reach of scripts.
//! V8 calls its callback from a foreground task, with the number of what was watched. The callback only queues: bodies run in
//! turns of their context, never inside a garbage collection. It must not throw, because V8 would begin anew.

use super::{
    callback::number,
    context::ContextInner,
    detached::{self, IntoReport},
    doomed::Doomed,
    error::RunError,
    lock::Lock,
    portable::Portable,
    report::panic_message,
    state::TurnState,
    table::InContext,
    turn::Entry,
};
use crate::protocol::turn_record::Kind;
use crate::v8;
use std::{
    fmt,
    panic::{AssertUnwindSafe, Location, catch_unwind},
    pin::pin,
    sync::Arc,
};

/// How many finalizers run in one turn.
const BATCH: usize = 64;

/// A context's registry, and the finalizers that are due.
#[derive(Default)]
pub(crate) struct Finalizers {
    registry: Option<Registry>,
    due: Vec<u64>,
    /// A turn for them was asked for and has not ended.
    asked: bool,
}

struct Registry {
    object: v8::Global<v8::Object>,
    /// The intrinsic: scripts may replace the one on the prototype.
    register: v8::Global<v8::Function>,
}

impl Registry {
    fn new(scope: &mut v8::PinScope<'_, '_>, context: u64) -> Option<Self> {
        // An adopted context may have its own idea of the class.
        let catch = pin!(v8::TryCatch::new(scope));
        let scope = &catch.init();
        let scope: &v8::PinScope<'_, '_> = scope;
        let key = |name: &str| v8::String::new(scope, name).map(Into::into);
        let class = scope.get_current_context().global(scope).get(scope, key("FinalizationRegistry")?)?;
        let class = v8::Local::<v8::Function>::try_from(class).ok()?;
        // Such a class gets hold of the callback and may call it with any number: its context is all that it harms.
        let context = v8::Number::new(scope, number(context));
        let callback = v8::Function::builder(on_collected).data(context.into()).build(scope)?;
        let object = class.new_instance(scope, &[callback.into()])?;
        let register = v8::Local::<v8::Function>::try_from(object.get(scope, key("register")?)?).ok()?;
        Some(Self { object: v8::Global::new(scope, object), register: v8::Global::new(scope, register) })
    }
}

impl Finalizers {
    /// Makes the registry of a new context, in which no script has run (unless it is the embedder's, which is adopted).
    pub(crate) fn begin(&mut self, scope: &mut v8::PinScope<'_, '_>, context: u64) {
        self.registry = Registry::new(scope, context);
    }

    /// Lets go of everything. Bodies that are due don't run any more.
    pub(crate) fn end(&mut self) {
        *self = Self::default();
    }
}

/// What a finalizer does once its object is gone.
pub(crate) struct Finalizing {
    context: Arc<ContextInner>,
    made: &'static Location<'static>,
    body: detached::Once,
}

impl InContext for Finalizing {
    fn context(&self) -> u64 {
        self.context.id
    }
}

/// Has `on_collected` called with `id` after `target` was collected.
pub(crate) fn watch(lock: &mut Lock<'_>, target: v8::Local<'_, v8::Object>, id: f64) -> Result<(), RunError> {
    lock.scope(|lock| {
        // SAFETY: a lock is proof of the hold, and the registry is replaced only at the edge of a turn.
        let finalizers = unsafe { lock.context_inner().finalizers.get() };
        let Some(registry) = &finalizers.registry else {
            return Err(RunError::Refused("it has no `FinalizationRegistry`"));
        };
        let object = v8::Local::new(lock, &registry.object);
        let register = v8::Local::new(lock, &registry.register);
        let id = v8::Number::new(lock, id);
        lock.try_catch(|lock| register.call(lock, object.into(), &[target.into(), id.into()]))?;
        Ok(())
    })
}

/// The registries' callback. Its argument is the number of a function, or below zero that of a finalizer, of the context
/// whose number is its data.
fn on_collected<'s>(
    _scope: &mut v8::PinScope<'s, '_>,
    args: v8::FunctionCallbackArguments<'s>,
    _result: v8::ReturnValue<'s, v8::Value>,
) {
    let done = catch_unwind(AssertUnwindSafe(|| {
        let Ok(id) = v8::Local::<v8::Number>::try_from(args.get(0)) else { return };
        let Ok(context) = v8::Local::<v8::Number>::try_from(args.data()) else { return };
        TurnState::with_current(|state| {
            if let Some(state) = state {
                collected(state, id.value(), context.value());
            }
        });
    }));
    if done.is_err() {
        std::process::abort();
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`watch` was given whole numbers")]
fn collected(state: &TurnState, id: f64, context: f64) {
    let core = state.core();
    let context = context as u64;
    if id >= 0.0 {
        let id = id as u64;
        // SAFETY: this thread holds the isolate. Entries are boxed and removed only at the edge of a turn.
        let function = unsafe { core.state.get() }.functions.get(id).map(std::ptr::from_ref);
        // SAFETY: see above.
        if let Some(function) = function.map(|function| unsafe { &*function })
            && function.context.id == context
        {
            // It may wake a waker of the embedder's, and nothing unwinds into V8.
            core.guarded(|| function.code.abort(core, &RunError::PromiseLost));
            core.doom(Doomed::Function(id));
        }
        return;
    }
    let id = (-id - 1.0) as u64;
    // SAFETY: as above; the clone ends the borrow.
    let finalizing = unsafe { core.state.get() }.finalizers.get(id).filter(|found| found.context.id == context);
    if let Some((context, made)) = finalizing.map(|finalizing| (finalizing.context.clone(), finalizing.made)) {
        // SAFETY: as above, and the reference ends before anything else runs.
        let finalizers = unsafe { context.finalizers.get_mut() };
        finalizers.due.push(id);
        if !std::mem::replace(&mut finalizers.asked, true) {
            ask(&context, made);
        }
    }
}

/// Asks for a turn of the context in which finalizers run: an event of its own, because the garbage collector belongs to none.
fn ask(context: &Arc<ContextInner>, made: &'static Location<'static>) {
    let asked = context.clone();
    let entry = Entry::new(Kind::Reentry, None, made);
    detached::submit_turn(context, entry, run_due, move |outcome| {
        detached::report(&asked, "finalizers", made, &outcome.map(|()| None));
    });
}

fn run_due(lock: &mut Lock<'_>) {
    let context = lock.context_inner().clone();
    for _ in 0..BATCH {
        // The turn is being ended; the rest have one of their own.
        if lock.check().is_err() {
            break;
        }
        // SAFETY: a lock is proof of the hold; the references end before anything else runs. Finalizers are never called
        // through the table, so nobody looks at the entry that is removed.
        let finalizing = unsafe {
            let Some(id) = context.finalizers.get_mut().due.pop() else { break };
            lock.core().state.get_mut().finalizers.remove(id)
        };
        // It was cancelled meanwhile.
        let Some(finalizing) = finalizing else { continue };
        let Finalizing { made, body, .. } = *finalizing;
        let outcome = catch_unwind(AssertUnwindSafe(|| lock.scope(|lock| body(lock))))
            .map_err(|payload| RunError::Panicked { message: panic_message(&*payload).into(), at: made });
        detached::report(&context, "finalizer", made, &outcome);
    }
    // SAFETY: as above.
    let finalizers = unsafe { context.finalizers.get_mut() };
    finalizers.asked = !finalizers.due.is_empty();
    if finalizers.asked {
        ask(&context, lock.entered());
    }
}

impl Lock<'_> {
    /// Runs `body` after the garbage collector has taken `object`: once, in a turn of this context with an event of its own,
    /// never inside the collection. Whatever the body needs it captures; a capture that keeps the object alive (a
    /// [`JsRoot`](super::JsRoot) of it) keeps the finalizer from ever running.
    ///
    /// **What is promised**: the body runs at most once. When is up to the garbage collector, which may never come: if the
    /// context ends first the body does not run. The captures are dropped inside the isolate in any case, so what *must*
    /// happen belongs into their `Drop`. Finalizers keep no loop alive: they don't count as pending.
    ///
    /// What scripts do to `FinalizationRegistry` does not matter (in an adopted context: what they do after its adoption). Dropping the [`Finalizer`] changes nothing.
    ///
    /// ```no_run
    /// # use isolock::{prelude::*, v8};
    /// # fn turn(lock: &mut Lock<'_>, closed: std::sync::mpsc::Sender<u32>) -> Result<(), RunError> {
    /// let file = v8::Object::new(lock);
    /// lock.finalizer(file, (7, closed), |_lock, (number, closed)| {
    ///     closed.send(number).unwrap_or_default();
    /// })?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// If V8 refuses.
    #[track_caller]
    pub fn finalizer<C: Portable, R: IntoReport + 'static>(
        &mut self,
        object: v8::Local<'_, v8::Object>,
        captures: C,
        body: for<'a, 'b> fn(&'a mut Lock<'b>, C) -> R,
    ) -> Result<Finalizer, RunError> {
        let context = self.context_inner().clone();
        let finalizing = Finalizing {
            context: context.clone(),
            made: Location::caller(),
            body: Box::new(move |lock| body(lock, captures).failure()),
        };
        // SAFETY: a lock is proof of the hold; the reference ends before anything else runs.
        let table = unsafe { &mut self.core().state.get_mut().finalizers };
        let id = table.add(finalizing).ok_or(RunError::Refused("there are too many finalizers"))?;
        let finalizer = Finalizer { context, id };
        if let Err(refused) = watch(self, object, -number(id) - 1.0) {
            finalizer.cancel();
            return Err(refused);
        }
        Ok(finalizer)
    }
}

/// A finalizer that was set by [`Lock::finalizer`]. Dropping this changes nothing.
#[derive(Clone)]
pub struct Finalizer {
    context: Arc<ContextInner>,
    id: u64,
}

impl Portable for Finalizer {}

impl Finalizer {
    /// The body doesn't run any more, unless it has begun; its captures are dropped inside the isolate. From any thread.
    pub fn cancel(&self) {
        self.context.core.doom(Doomed::Finalizer(self.id));
    }
}

impl fmt::Debug for Finalizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Finalizer").field("context", &self.context.id).finish_non_exhaustive()
    }
}
