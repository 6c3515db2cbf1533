//! The proof that a turn is under way.

use super::{
    context::ContextInner,
    convert::IntoJs,
    core::IsolateCore,
    error::RunError,
    event::Event,
    exception,
    function::{Bindings, IntoOutcome},
    js_error::{JsError, Kept},
    promise,
    report::Report,
    root::JsRoot,
    script,
    state::TurnState,
    weak_context::WeakIoContext,
};
use crate::v8;
use std::{fmt, marker::PhantomData, ops::Deref, panic::Location, pin::pin, ptr::NonNull, sync::Arc};

/// Proof of a turn: this thread holds the isolate's lock, has entered isolate and context, and a handle scope is open.
///
/// It dereferences to the v8 crate's `PinScope`, shared: nearly all of its API takes that. What needs a scope or isolate
/// mutably (slots, policies, terminations) would break the isolate's rules and is out of reach.
///
/// ```compile_fail,E0596
/// # fn turn(lock: &mut isolock::Lock<'_>) {
/// lock.set_slot(std::rc::Rc::new(5)); // the isolate moves between threads, the `Rc` must not
/// # }
/// ```
///
/// It is neither `Send` nor `Sync`: the impls that are listed never apply, they carry the compiler's words.
pub struct Lock<'s> {
    scope: NonNull<v8::PinScope<'s, 's>>,
    state: NonNull<TurnState>,
    context: NonNull<Arc<ContextInner>>,
    /// Neither `Send` nor `Sync`, and invariant in `'s`.
    marker: PhantomData<*mut &'s ()>,
}

/// Carries the words for a lock that is taken to another thread. Without them rustc complains of each of its pointers.
#[diagnostic::on_unimplemented(
    message = "R1 enter-by-run: a `Lock` can't be taken to another thread",
    label = "proves a turn of this thread only",
    note = "do V8's part in the turn and give the thread Rust values; or give it `lock.context()`, and let it `run` its own turn"
)]
#[doc(hidden)]
pub trait UseContextOnThread {}
impl UseContextOnThread for &WeakIoContext {}

// SAFETY: it never applies, because nothing implements the bound for a lock.
unsafe impl<'s> Send for Lock<'s> where for<'x> &'x Lock<'s>: UseContextOnThread {}
// SAFETY: see above.
unsafe impl<'s> Sync for Lock<'s> where for<'x> &'x Lock<'s>: UseContextOnThread {}

impl<'s> Lock<'s> {
    /// A lock on `scope`, for as long as the caller lends it out.
    pub(crate) fn new<'i>(scope: &mut v8::PinScope<'s, 'i>, state: &TurnState, context: &Arc<ContextInner>) -> Self {
        // The isolate's lifetime `'i` is longer than `'s`; nothing in `Lock` needs to know by how much.
        Self {
            scope: NonNull::from(scope).cast(),
            state: NonNull::from(state),
            context: NonNull::from(context),
            marker: PhantomData,
        }
    }

    pub(crate) fn state(&self) -> &TurnState {
        // SAFETY: the state is on the stack of the turn that lent this lock out.
        unsafe { self.state.as_ref() }
    }

    /// The same for the V8 layer where it borrows the scope, too.
    pub(crate) fn state_ptr(&self) -> NonNull<TurnState> {
        self.state
    }

    pub(crate) fn context_inner(&self) -> &Arc<ContextInner> {
        // SAFETY: whoever made the lock keeps the context for longer.
        unsafe { self.context.as_ref() }
    }

    pub(crate) fn core(&self) -> &IsolateCore {
        self.state().core()
    }

    /// The scope, mutably: for the V8 layer, which opens scopes of its own in it.
    pub(crate) fn scope_mut(&mut self) -> &mut v8::PinScope<'s, 's> {
        // SAFETY: the lock was made from an exclusive reference that is not used while the lock lives, and `self` is
        // borrowed exclusively for as long as the result.
        unsafe { self.scope.as_mut() }
    }

    /// Runs `f` as part of another event of this context.
    pub(crate) fn as_part_of<R>(&mut self, event: &Event, f: impl FnOnce(&mut Self) -> R) -> R {
        // SAFETY: the state is on the stack of the turn that lent this lock out, and only ever borrowed shared.
        let _carried = unsafe { self.state.as_ref() }.carry(event);
        f(self)
    }

    /// The context, weakly.
    #[must_use]
    pub fn context(&self) -> WeakIoContext {
        WeakIoContext { inner: self.context_inner().clone() }
    }

    /// The event that this turn belongs to, for asynchronous work that it starts.
    #[must_use]
    pub fn event(&self) -> Event {
        let context = self.context_inner().clone();
        Event { state: self.state().event(&context), context }
    }

    /// The isolate's number, unique in this process.
    #[must_use]
    pub fn isolate_id(&self) -> u64 {
        self.core().id
    }

    /// Where the turn was entered.
    #[must_use]
    pub fn entered(&self) -> &'static Location<'static> {
        self.state().entered
    }

    /// `Ok` unless the turn was asked to end. V8 forgets such a request when a script ends, so a host loop should ask now
    /// and then; this crate's own entries into JS do.
    ///
    /// # Errors
    /// [`RunError::Refused`]; the turn itself then ends with [`RunError::Terminated`].
    pub fn check(&self) -> Result<(), RunError> {
        if self.core().termination.is_killed() {
            return Err(RunError::Refused("the turn is being terminated"));
        }
        Ok(())
    }

    /// A JS string.
    ///
    /// # Errors
    /// [`RunError::Refused`] if it is longer than V8's longest string.
    pub fn string(&self, text: &str) -> Result<v8::Local<'s, v8::String>, RunError> {
        v8::String::new(self, text).ok_or(RunError::Refused("the string is longer than V8 can hold"))
    }

    /// `undefined`, with this turn's lifetime (`v8::undefined` would choose any).
    #[must_use]
    pub fn undefined(&self) -> v8::Local<'s, v8::Value> {
        let scope: &v8::PinScope<'s, 's> = self;
        v8::undefined(scope).into()
    }

    /// `null`, with this turn's lifetime.
    #[must_use]
    pub fn null(&self) -> v8::Local<'s, v8::Value> {
        let scope: &v8::PinScope<'s, 's> = self;
        v8::null(scope).into()
    }

    /// Compiles and runs a script, and gives its value. Microtasks run at the end of the turn.
    ///
    /// # Errors
    /// What it threw, or that the turn is being terminated.
    pub fn eval(&mut self, source: &str) -> Result<v8::Local<'s, v8::Value>, RunError> {
        script::eval(self, source)
    }

    /// Runs `f` and turns a JS exception into an error: `None` means that V8 threw, as in the v8 crate's own API.
    ///
    /// # Errors
    /// The exception; [`RunError::Refused`] if V8 gave nothing because the turn is being terminated.
    pub fn try_catch<R>(&mut self, f: impl FnOnce(&mut Lock<'s>) -> Option<R>) -> Result<R, RunError> {
        self.check()?;
        let (state, context) = (self.state, self.context);
        let catch = pin!(v8::TryCatch::new(self.scope_mut()));
        let mut catch = catch.init();
        let scope: &mut v8::PinScope<'s, 's> = &mut catch;
        let mut lock = Lock { scope: NonNull::from(scope), state, context, marker: PhantomData };
        if let Some(value) = f(&mut lock) {
            return Ok(value);
        }
        // SAFETY: as `context_inner` and `state` have it; both outlive this call.
        let (context, made) = unsafe { (context.as_ref(), state.as_ref().entered) };
        Err(exception::caught(&mut catch, |scope, value| JsRoot::in_scope(scope, context, value, made)))
    }

    /// Runs `f` in a handle scope of its own: handles made in it are released when it ends.
    pub fn scope<R>(&mut self, f: impl for<'b> FnOnce(&mut Lock<'b>) -> R) -> R {
        let (state, context) = (self.state, self.context);
        let scope = pin!(v8::HandleScope::new(self.scope_mut()));
        let mut scope = scope.init();
        f(&mut Lock { scope: NonNull::from(&mut scope).cast(), state, context, marker: PhantomData })
    }

    /// Runs `f` inside another context of the same group, in the same turn.
    ///
    /// # Errors
    /// [`RunError::WrongContext`] if it isn't in the group (or not even in the isolate), [`RunError::Gone`] if it ended.
    pub fn in_context<C, R>(
        &mut self,
        other: &WeakIoContext,
        captures: C,
        f: impl for<'b> FnOnce(&mut Lock<'b>, C) -> R,
    ) -> Result<R, RunError> {
        let other = &other.inner;
        if !Arc::ptr_eq(&other.group, &self.context_inner().group) {
            return Err(RunError::WrongContext { wanted: other.id, here: self.context_inner().id, access: None });
        }
        other.check()?;
        // SAFETY: this thread holds the isolate of the group, and the global is replaced only where no turn is under way.
        let Some(global) = (unsafe { other.v8.get() }) else { return Err(RunError::PromiseLost) };
        let state = self.state;
        let scope = pin!(v8::HandleScope::new(self.scope_mut()));
        let mut scope = scope.init();
        let local = v8::Local::new(&scope, global);
        let scope = &mut v8::ContextScope::new(&mut scope, local);
        let scope: &mut v8::PinScope<'_, '_> = scope;
        let mut lock =
            Lock { scope: NonNull::from(scope).cast(), state, context: NonNull::from(other), marker: PhantomData };
        Ok(f(&mut lock, captures))
    }

    /// Makes annotated functions global functions of this context: `lock.install((add {}, fetch_text { client }))`.
    ///
    /// # Errors
    /// If V8 refuses.
    pub fn install(&mut self, bindings: impl Bindings) -> Result<(), RunError> {
        bindings.install(self)
    }

    /// Sets a global variable of the context.
    ///
    /// # Errors
    /// If the value can't be converted, or a setter threw.
    pub fn set_global(&mut self, name: &str, value: impl IntoJs<'s>) -> Result<(), RunError> {
        let key = self.string(name)?;
        let value = value.into_js(self)?;
        self.try_catch(|lock| {
            let global = lock.get_current_context().global(lock);
            global.set(lock, key.into(), value)
        })?;
        Ok(())
    }

    /// Keeps a JS value beyond the turn.
    #[track_caller]
    pub fn root<T>(&mut self, value: v8::Local<'s, T>) -> JsRoot<T>
    where
        v8::Local<'s, T>: Into<v8::Local<'s, v8::Data>>,
    {
        JsRoot::new(self, value, Location::caller())
    }

    /// Gives an asynchronous body to JS as a promise. The body runs on the runtime's spawner as an event of its own, and
    /// the promise is settled in a turn when it ends; a panic or a cancellation rejects it.
    ///
    /// # Errors
    /// If V8 refuses.
    #[track_caller]
    pub fn promise<C: super::Portable, F>(
        &mut self,
        captures: C,
        body: fn(Event, C) -> F,
    ) -> Result<v8::Local<'s, v8::Promise>, RunError>
    where
        F: Future + Send + 'static,
        F::Output: for<'b> IntoOutcome<'b> + Send + 'static,
    {
        promise::begin(self, "promise", captures, body, Location::caller())
    }

    /// Reports a line of text for the context's console; see
    /// [`RuntimeBuilder::on_report`](super::RuntimeBuilder::on_report).
    pub fn console_log(&self, text: &str) {
        let core = self.core();
        let report = Report::Console { isolate: core.id, context: self.context_inner().id, text: text.to_owned() };
        (core.runtime.reporter)(&report);
    }

    /// The raw scope, mutably.
    ///
    /// # Safety
    /// The isolate may be used by other threads after this turn. Nothing that isn't `Send` may be attached to it (slots,
    /// callbacks, embedder data); the current context, the microtask policy, the isolate's callbacks and its terminations
    /// belong to isolock and must be left as they are; no handle or scope made from it may outlive the borrow.
    pub unsafe fn raw(&mut self) -> &mut v8::PinScope<'s, 's> {
        self.scope_mut()
    }

    /// Describes a JS value for an error message: `number 5`, `a function`. Runs no JavaScript.
    #[must_use]
    pub fn describe(&self, value: v8::Local<'_, v8::Value>) -> String {
        exception::describe(self, value)
    }

    /// The error that a caught exception value is.
    pub(crate) fn js_error(&mut self, value: v8::Local<'s, v8::Value>) -> JsError {
        let kept = Kept(Some(JsRoot::new(self, value, self.entered())));
        JsError { kept, ..exception::from_value(self, value) }
    }
}

impl<'s> Deref for Lock<'s> {
    type Target = v8::PinScope<'s, 's>;

    fn deref(&self) -> &Self::Target {
        // SAFETY: see `scope_mut`; shared as long as `self` is.
        unsafe { self.scope.as_ref() }
    }
}

impl fmt::Debug for Lock<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lock")
            .field("isolate", &self.core().id)
            .field("context", &self.context_inner().id)
            .field("entered", &format_args!("{}", self.entered()))
            .finish()
    }
}
