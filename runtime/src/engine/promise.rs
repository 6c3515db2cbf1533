//! Between JS promises and Rust futures.

use super::{
    callback::{self, ErasedFn},
    context::ContextInner,
    convert::{FromJs, IntoJs},
    core::Doomed,
    error::RunError,
    event::Event,
    function::{Arguments, IntoOutcome, Outcome, Thrown},
    io_context::IoContext,
    lock::Lock,
    portable::Portable,
    report::panic_message,
    root::JsRoot,
    state,
    turn::{Entry, TurnBody},
};
use crate::protocol::{
    entry::{QueuedTurn, submit},
    event::Work,
    turn_future::TurnFuture,
};
use crate::v8;
use futures::{
    FutureExt,
    channel::oneshot,
    future::{self, FutureObj},
    task::Spawn,
};
use std::{
    any::Any,
    fmt,
    panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind},
    pin::{Pin, pin},
    sync::{Arc, Mutex, OnceLock, PoisonError},
    task::{Context, Poll},
};

/// A JS value that Rust waits for: the outcome of a promise, converted to `T` in the turn in which it settles. Made by
/// [`Lock::follow`]; await it outside the turn.
///
/// Fails with [`RunError::Threw`] if the promise is rejected, [`RunError::Gone`] if its context ends,
/// [`RunError::Terminated`] if a terminated turn took its reactions along.
#[must_use = "futures do nothing unless polled"]
pub struct Follow<T> {
    receiver: oneshot::Receiver<Result<T, RunError>>,
    context: Arc<ContextInner>,
}

impl<T> Future for Follow<T> {
    type Output = Result<T, RunError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.receiver.poll_unpin(cx).map(|received| {
            received.unwrap_or_else(|_| Err(self.context.check().err().unwrap_or(RunError::PromiseLost)))
        })
    }
}

impl<T> fmt::Debug for Follow<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Follow").field("context", &self.context.id).finish_non_exhaustive()
    }
}

/// The sending end, shared by the reactions to success and to failure.
struct Reply<T> {
    sender: Mutex<Option<oneshot::Sender<Result<T, RunError>>>>,
    /// The numbers of both reactions, to be removed once one has run.
    functions: OnceLock<[u64; 2]>,
}

impl<T> Reply<T> {
    fn send(&self, outcome: impl FnOnce() -> Result<T, RunError>) {
        let sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(sender) = sender {
            // Whoever dropped the receiver doesn't want to know.
            drop(sender.send(outcome()));
        }
    }
}

struct Reaction<T> {
    reply: Arc<Reply<T>>,
    fulfilled: bool,
}

impl<T> ErasedFn for Reaction<T>
where
    T: for<'b> FromJs<'b> + Send + 'static,
{
    fn call<'s>(&self, lock: &mut Lock<'s>, args: &Arguments<'s>) -> Outcome<'s> {
        let value = args.raw.get(0);
        self.reply.send(|| outcome(lock, value, self.fulfilled));
        if let Some(functions) = self.reply.functions.get() {
            for function in functions {
                lock.core().doom(Doomed::Function(*function));
            }
        }
        Ok(lock.undefined())
    }

    fn abort(&self, why: &RunError) {
        self.reply.send(|| Err(why.clone()));
    }
}

fn outcome<'s, T: FromJs<'s>>(
    lock: &mut Lock<'s>,
    value: v8::Local<'s, v8::Value>,
    fulfilled: bool,
) -> Result<T, RunError> {
    if fulfilled { T::from_js(value, lock).map_err(RunError::from) } else { Err(lock.js_error(value).into()) }
}

/// See [`Lock::follow`].
pub(crate) fn follow<'s, T>(lock: &mut Lock<'s>, value: v8::Local<'s, v8::Value>) -> Follow<T>
where
    T: for<'b> FromJs<'b> + Portable,
{
    let (sender, receiver) = oneshot::channel();
    let follow = Follow { receiver, context: lock.context_inner().clone() };
    let reply = Arc::new(Reply { sender: Mutex::new(Some(sender)), functions: OnceLock::new() });
    let done = match v8::Local::<v8::Promise>::try_from(value) {
        Err(_) => Some(outcome(lock, value, true)),
        Ok(promise) => match promise.state() {
            v8::PromiseState::Fulfilled => Some(outcome(lock, promise.result(lock), true)),
            v8::PromiseState::Rejected => {
                promise.mark_as_handled();
                Some(outcome(lock, promise.result(lock), false))
            }
            v8::PromiseState::Pending => react(lock, promise, &reply).err().map(Err),
        },
    };
    if let Some(done) = done {
        reply.send(|| done);
    }
    follow
}

fn react<T>(lock: &mut Lock<'_>, promise: v8::Local<'_, v8::Promise>, reply: &Arc<Reply<T>>) -> Result<(), RunError>
where
    T: for<'b> FromJs<'b> + Send + 'static,
{
    lock.scope(|lock| {
        let reaction = |fulfilled| Box::new(Reaction { reply: reply.clone(), fulfilled });
        let (on_success, first) = callback::make(lock, "fulfilled", 1, reaction(true))?;
        let (on_failure, second) = callback::make(lock, "rejected", 1, reaction(false))?;
        let _ = reply.functions.set([first, second]);
        lock.try_catch(|lock| promise.then2(lock, on_success, on_failure))?;
        Ok(())
    })
}

/// An asynchronous body. It is boxed so that all that is around it is compiled once for each type of result, and not for
/// each function.
pub(crate) type Body<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// The body, which begins when it is first polled: making its future may already run code.
pub(crate) fn body<C: Send + 'static, F>(event: &Event, captures: C, body: fn(Event, C) -> F) -> Body<F::Output>
where
    F: Future + Send + 'static,
{
    let event = event.clone();
    Box::pin(async move { body(event, captures).await })
}

/// Polls a body as part of `event`: catches its panics, and drops it when the event is cancelled.
pub(crate) async fn drive<T>(event: Event, body: Body<T>) -> Result<T, RunError> {
    let began = event.began();
    let panicked =
        |payload: Box<dyn Any + Send>| RunError::Panicked { message: panic_message(&*payload).into(), at: began };
    let mut body = AssertUnwindSafe(body).catch_unwind();
    let mut cancelled = pin!(event.state.cancelled());
    future::poll_fn(|cx| {
        if cancelled.as_mut().poll(cx).is_ready() {
            let ended = match event.state.terminated() {
                Some(request) => RunError::Terminated(request),
                None => RunError::Cancelled { began },
            };
            return Poll::Ready(Err(event.context.check().err().unwrap_or(ended)));
        }
        state::polling(&event, || body.poll_unpin(cx)).map(|done| done.map_err(panicked))
    })
    .await
}

/// Runs an asynchronous body as an event of `ctx`, where it is polled. The event ends with the future.
#[track_caller]
pub fn run_async<C: Portable, F>(
    ctx: &IoContext,
    captures: C,
    body: fn(Event, C) -> F,
) -> impl Future<Output = Result<F::Output, RunError>> + Send + use<C, F>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let event = Event::begin(ctx.inner(), Location::caller());
    let body = self::body(&event, captures, body);
    follow_through(event, ctx.clone(), body)
}

/// The rest of [`run_async`], which doesn't depend on the body's type.
async fn follow_through<T>(event: Event, keep: IoContext, body: Body<T>) -> Result<T, RunError> {
    event.context.check()?;
    let _work = event.state.work();
    // Dropped or done: what the body started and nobody awaits is cancelled with it.
    let guard = event.cancel_on_drop();
    let outcome = drive(event, body).await;
    guard.disarm();
    drop(keep);
    outcome
}

/// Starts an asynchronous host function and gives its promise to JS.
pub fn start<'s, C: Portable, F>(
    lock: &mut Lock<'s>,
    name: &'static str,
    captures: C,
    body: fn(Event, C) -> F,
) -> Outcome<'s>
where
    F: Future + Send + 'static,
    F::Output: for<'b> IntoOutcome<'b> + Send + 'static,
{
    let at = lock.entered();
    into_outcome(begin(lock, name, captures, body, at))
}

fn into_outcome<'s>(promise: Result<v8::Local<'s, v8::Promise>, RunError>) -> Outcome<'s> {
    promise.map(Into::into).map_err(|error| Thrown::error(&error))
}

/// See [`Lock::promise`].
pub(crate) fn begin<'s, C: Portable, F>(
    lock: &mut Lock<'s>,
    name: &'static str,
    captures: C,
    body: fn(Event, C) -> F,
    at: &'static Location<'static>,
) -> Result<v8::Local<'s, v8::Promise>, RunError>
where
    F: Future + Send + 'static,
    F::Output: for<'b> IntoOutcome<'b> + Send + 'static,
{
    let (promise, settle) = open(lock, name, at)?;
    let body = self::body(&settle.event, captures, body);
    spawn(lock, settle, body);
    Ok(promise)
}

/// The promise of an asynchronous host function, with its event.
fn open<'s>(
    lock: &mut Lock<'s>,
    name: &'static str,
    at: &'static Location<'static>,
) -> Result<(v8::Local<'s, v8::Promise>, Settle), RunError> {
    lock.check()?;
    let resolver = v8::PromiseResolver::new(lock).ok_or(RunError::Refused("it made no promise"))?;
    let promise = resolver.get_promise(lock);
    let event = lock.event().child(None, at);
    let resolver = Some(JsRoot::new(lock, resolver, at));
    Ok((promise, Settle { resolver, name, work: Some(event.state.work()), event }))
}

fn spawn<T>(lock: &Lock<'_>, settle: Settle, body: Body<T>)
where
    T: for<'b> IntoOutcome<'b> + Send + 'static,
{
    let event = settle.event.clone();
    let core = event.context.core.clone();
    let task = async move {
        let outcome = drive(event, body).await;
        settle.now(outcome).await;
    };
    // What is left of a body is dropped at its end, where a panic would end a thread of the spawner, or a home.
    let task = AssertUnwindSafe(task).catch_unwind().map(move |done| {
        if let Err(payload) = done {
            core.guarded(|| resume_unwind(payload));
        }
    });
    // If the spawner refuses, the task is dropped, and `Settle` rejects the promise.
    drop(lock.core().spawner().spawn_obj(FutureObj::new(task.boxed())));
}

/// Settles the promise of an asynchronous host function, exactly once: when its body ends, or when the task that polls it
/// is dropped.
struct Settle {
    resolver: Option<JsRoot<v8::PromiseResolver>>,
    name: &'static str,
    work: Option<Work>,
    event: Event,
}

impl Settle {
    /// Built here and not in an async function, whose future the compiler could not prove to be `Send`.
    fn now<T>(mut self, outcome: Result<T, RunError>) -> impl Future<Output = ()> + Send + use<T>
    where
        T: for<'b> IntoOutcome<'b> + Send + 'static,
    {
        let context = self.event.context.clone();
        let core = context.core.clone();
        let entry = Entry::settlement(&self.event.state, self.name);
        let name = self.name;
        let work = self.work.take();
        let resolver = self.resolver.take();
        let body = TurnBody::new(context, entry, move |lock: &mut Lock<'_>| {
            if let Some(resolver) = &resolver {
                settle(lock, name, resolver, outcome);
            }
        });
        TurnFuture::new(core, body).map(move |settled| {
            // A context that is gone has nobody left to be told, and a terminated turn told JS nothing that it could use.
            drop(settled);
            drop(work);
        })
    }
}

impl Drop for Settle {
    fn drop(&mut self) {
        let (Some(resolver), Some(work)) = (self.resolver.take(), self.work.take()) else { return };
        let context = self.event.context.clone();
        let entry = Entry::settlement(&self.event.state, self.name);
        let (name, began) = (self.name, self.event.began());
        let core = context.core.clone();
        let body = TurnBody::new(context, entry, move |lock: &mut Lock<'_>| {
            settle::<()>(lock, name, &resolver, Err(RunError::Cancelled { began }));
            drop(work);
        });
        submit(&*core.clone(), QueuedTurn::detached(core, body));
    }
}

fn settle<T>(
    lock: &mut Lock<'_>,
    name: &'static str,
    resolver: &JsRoot<v8::PromiseResolver>,
    outcome: Result<T, RunError>,
) where
    T: for<'b> IntoOutcome<'b>,
{
    let Ok(resolver) = resolver.get(lock) else { return };
    let outcome = match outcome {
        Ok(value) => catch_unwind(AssertUnwindSafe(|| value.into_outcome(lock)))
            .unwrap_or_else(|payload| Err(Thrown::panicked(name, &panic_message(&*payload)))),
        Err(RunError::Panicked { message, .. }) => Err(Thrown::panicked(name, &message)),
        Err(error) => Err(Thrown::error(&error)),
    };
    match outcome {
        Ok(value) => resolver.resolve(lock, value),
        Err(thrown) => {
            let value = thrown.into_value(lock);
            resolver.reject(lock, value)
        }
    };
}

/// The arguments of a call into JS: a tuple of what is [`IntoJs`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no tuple of arguments for JS",
    label = "arguments are a tuple of up to six",
    note = "one argument is a tuple, too: `(5.0,)`; each has to be `isolock::IntoJs`"
)]
pub trait IntoArguments<'s> {
    /// Converts them.
    ///
    /// # Errors
    /// If V8 can't hold one.
    fn into_arguments(self, lock: &mut Lock<'s>) -> Result<Vec<v8::Local<'s, v8::Value>>, RunError>;
}

macro_rules! arguments {
    ($($name:ident)*) => {
        impl<'s, $($name: IntoJs<'s>),*> IntoArguments<'s> for ($($name,)*) {
            #[allow(non_snake_case, unused_variables, reason = "the names of the types serve as those of the values")]
            fn into_arguments(self, lock: &mut Lock<'s>) -> Result<Vec<v8::Local<'s, v8::Value>>, RunError> {
                let ($($name,)*) = self;
                Ok(vec![$($name.into_js(lock)?),*])
            }
        }
    };
}
arguments!();
arguments!(A);
arguments!(A B);
arguments!(A B C);
arguments!(A B C D);
arguments!(A B C D E);
arguments!(A B C D E F);
