//! The two reactions to a promise, to success and to failure.

use super::{
    callback::{self, ErasedFn, number},
    core::IsolateCore,
    doomed::Doomed,
    error::RunError,
    finalizer,
    lock::Lock,
    rejection,
};
use crate::v8;
use std::sync::{Arc, OnceLock};

/// The numbers of both reactions: one runs, and both are removed.
#[derive(Clone, Default)]
pub(crate) struct Reactions(Arc<OnceLock<[u64; 2]>>);

impl Reactions {
    /// Removes both at the edge of a turn. Does nothing for those that were removed before.
    pub(crate) fn release(&self, core: &IsolateCore) {
        for function in self.0.get().into_iter().flatten() {
            core.doom(Doomed::Function(*function));
        }
    }
}

/// Has what `make` makes called when `promise` settles. If the promise is collected instead, both are aborted.
pub(crate) fn react(
    lock: &mut Lock<'_>,
    promise: v8::Local<'_, v8::Promise>,
    make: impl Fn(bool, &Reactions) -> Box<dyn ErasedFn>,
) -> Result<Reactions, RunError> {
    let reactions = Reactions::default();
    lock.scope(|lock| {
        let (on_success, first) = callback::make_reaction(lock, "fulfilled", make(true, &reactions))?;
        let (on_failure, second) = callback::make_reaction(lock, "rejected", make(false, &reactions))?;
        let _ = reactions.0.set([first, second]);
        match lock.try_catch(|lock| promise.then2(lock, on_success, on_failure)) {
            // The derived promise is kept by the reactions alone, until the one that is due has run.
            Ok(derived) => {
                // If V8 refuses (the turn is being terminated), they wait until their context ends.
                let _ = finalizer::watch(lock, derived.into(), number(first));
                Ok(())
            }
            Err(error) => {
                reactions.release(lock.core());
                Err(error)
            }
        }
    })?;
    Ok(reactions)
}

/// The context that `promise` was made in, if that is another than the lock's.
pub(crate) fn foreign_context(lock: &Lock<'_>, promise: v8::Local<'_, v8::Promise>) -> Option<u64> {
    let made_in = promise.get_creation_context(lock)?;
    if made_in == lock.get_current_context() {
        return None;
    }
    rejection::marked(lock, promise)
}
