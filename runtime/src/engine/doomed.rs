//! What was dropped elsewhere, and is to be dropped inside the isolate.

use super::{affine::Own, context::ContextInner, core::IsolateCore, root::Rooted, state::TurnState, stored::Release};
use std::sync::{Arc, atomic::Ordering};

/// What is dropped inside the isolate.
pub(crate) enum Doomed {
    /// A JS value.
    Root(Arc<dyn Rooted>),
    /// A context that ended.
    Context(Arc<ContextInner>),
    /// A function that can't be called again.
    Function(u64),
    /// A value of the embedder's.
    Own(Own),
    /// A finalizer that was cancelled.
    Finalizer(u64),
    /// What a stored callback captured: it can't be called any more.
    Stored(Arc<dyn Release>),
    /// Captures that nobody refers to.
    Captures(Box<dyn Send>),
}

impl IsolateCore {
    /// Queues something to be dropped inside. Once the isolate is gone nothing of V8's is left to be reset.
    pub(crate) fn doom(&self, doomed: Doomed) {
        // In a turn of this isolate a JS value can be dropped at once; it need not wait, and a loop that makes many doesn't
        // pile them up. Everything else may be in use until the edge of the turn.
        if let Doomed::Root(root) = doomed {
            if TurnState::current_is_of(self) {
                // SAFETY: this thread is in a turn of the isolate.
                unsafe { root.reset() };
                self.counters.roots.fetch_sub(1, Ordering::Relaxed);
            } else {
                self.defer(Doomed::Root(root));
            }
            return;
        }
        self.defer(doomed);
    }

    fn defer(&self, doomed: Doomed) {
        match self.deletes.push(doomed) {
            Ok(first) => {
                // A turn of this isolate on this thread drains the queue at its end anyway.
                if first && !TurnState::current_is_of(self) {
                    self.request_housekeeping();
                }
            }
            Err(late) => {
                if matches!(late, Doomed::Root(_)) {
                    self.counters.roots.fetch_sub(1, Ordering::Relaxed);
                }
                drop(late);
            }
        }
    }
}
