//! JS promises as Rust futures.

use super::{
    arguments::Arguments,
    callback::ErasedFn,
    context::ContextInner,
    convert::FromJs,
    core::IsolateCore,
    error::RunError,
    lock::Lock,
    portable::Portable,
    reaction::{self, Reactions},
    thrown::Outcome,
};
use crate::v8;
use futures::{FutureExt, channel::oneshot};
use std::{
    fmt,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

/// A JS value that Rust waits for: the outcome of a promise, converted to `T` in the turn in which it settles. Made by
/// [`Lock::follow`]; await it outside the turn. Dropping it lets go of the promise.
///
/// Fails with [`RunError::Threw`] if the promise is rejected, [`RunError::Gone`] if its context ends,
/// [`RunError::Terminated`] if a terminated turn took its reactions along, [`RunError::PromiseLost`] after the promise was
/// collected: then nobody was left who could have settled it.
#[must_use = "futures do nothing unless polled"]
pub struct Follow<T> {
    receiver: oneshot::Receiver<Result<T, RunError>>,
    context: Arc<ContextInner>,
    /// The reactions, unless they have run.
    reactions: Option<Reactions>,
}

impl<T> Future for Follow<T> {
    type Output = Result<T, RunError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let received = std::task::ready!(self.receiver.poll_unpin(cx));
        self.reactions = None;
        Poll::Ready(received.unwrap_or_else(|_| Err(self.context.check().err().unwrap_or(RunError::PromiseLost))))
    }
}

impl<T> Drop for Follow<T> {
    fn drop(&mut self) {
        if let Some(reactions) = self.reactions.take() {
            reactions.release(&self.context.core);
        }
    }
}

impl<T> fmt::Debug for Follow<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Follow").field("context", &self.context.id).finish_non_exhaustive()
    }
}

impl<'s> Lock<'s> {
    /// A future for a JS value: the value itself, or what a promise settles to.
    ///
    /// The value is converted inside the turn in which it settles. A followed promise counts as handled.
    ///
    /// **Promises of other contexts** of the group may be followed: the follower belongs to the context of this lock. It is
    /// told in the turn in which the promise settles, whichever context that turn belongs to. If the promise's context
    /// ends first the follower fails with that context's [`RunError::Gone`]; if this one ends, with this one's. A promise of
    /// another group can't get here: a [`JsRoot`](super::JsRoot) of it is refused
    /// ([`RunError::WrongContext`], [`RunError::WrongIsolate`]).
    pub fn follow<T>(&mut self, value: v8::Local<'s, v8::Value>) -> Follow<T>
    where
        T: for<'b> FromJs<'b> + Portable,
    {
        let (sender, receiver) = oneshot::channel();
        let reply = Arc::new(Reply(Mutex::new(Some(sender))));
        let mut follow = Follow { receiver, context: self.context_inner().clone(), reactions: None };
        let done = match v8::Local::<v8::Promise>::try_from(value) {
            Err(_) => Some(outcome(self, value, true)),
            Ok(promise) => match promise.state() {
                v8::PromiseState::Fulfilled => Some(outcome(self, promise.result(self), true)),
                v8::PromiseState::Rejected => {
                    promise.mark_as_handled();
                    Some(outcome(self, promise.result(self), false))
                }
                v8::PromiseState::Pending => {
                    let waits_for = reaction::foreign_context(self, promise);
                    let make = |fulfilled, reactions: &Reactions| -> Box<dyn ErasedFn> {
                        let (reply, reactions) = (reply.clone(), reactions.clone());
                        Box::new(Reaction { reply, reactions, fulfilled, waits_for })
                    };
                    match reaction::react(self, promise, make) {
                        Ok(reactions) => {
                            follow.reactions = Some(reactions);
                            None
                        }
                        Err(error) => Some(Err(error)),
                    }
                }
            },
        };
        if let Some(done) = done {
            reply.send(|| done);
        }
        follow
    }
}

/// The sending end, shared by the reactions to success and to failure.
struct Reply<T>(Mutex<Option<oneshot::Sender<Result<T, RunError>>>>);

impl<T> Reply<T> {
    fn send(&self, outcome: impl FnOnce() -> Result<T, RunError>) {
        let sender = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(sender) = sender {
            // Whoever dropped the receiver doesn't want to know.
            drop(sender.send(outcome()));
        }
    }
}

struct Reaction<T> {
    reply: Arc<Reply<T>>,
    reactions: Reactions,
    fulfilled: bool,
    waits_for: Option<u64>,
}

impl<T> ErasedFn for Reaction<T>
where
    T: for<'b> FromJs<'b> + Send + 'static,
{
    fn call<'s>(&self, lock: &mut Lock<'s>, args: &Arguments<'s>) -> Outcome<'s> {
        self.reply.send(|| outcome(lock, args.value(0), self.fulfilled));
        self.reactions.release(lock.core());
        Ok(lock.undefined())
    }

    fn abort(&self, core: &IsolateCore, why: &RunError) {
        self.reply.send(|| Err(why.clone()));
        self.reactions.release(core);
    }

    fn waits_for(&self) -> Option<u64> {
        self.waits_for
    }
}

/// What a promise settled to.
pub(crate) fn outcome<'s, T: FromJs<'s>>(
    lock: &mut Lock<'s>,
    value: v8::Local<'s, v8::Value>,
    fulfilled: bool,
) -> Result<T, RunError> {
    if fulfilled { T::from_js(value, lock).map_err(RunError::from) } else { Err(lock.js_error(value).into()) }
}
