//! Where an affine value belongs.

use super::{
    owner::Owner,
    refusal::{Access, ThreadName, WrongThread},
    slot::Own,
    thread_home::{self, ThreadHome},
};
use crate::engine::{
    context::ContextInner,
    core::Engine,
    doomed::Doomed,
    error::{Gone, Part, RunError},
    lock::Lock,
    report::{self, Report, panic_message},
    state,
};
use crate::protocol::liveness::Obituary;
use std::{
    any::Any,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, atomic::Ordering},
};

/// The owner of a value, and the context that its methods enter.
pub(super) enum Place {
    /// A thread; the context is the one in whose turn the value was made, if it was made in a turn.
    Thread(Arc<ThreadHome>, Option<Arc<ContextInner>>),
    /// The isolate of the context that it was made in.
    Isolate(Arc<ContextInner>),
    /// A context.
    Context(Arc<ContextInner>),
}

impl Place {
    pub(super) fn owner(&self) -> Owner {
        match self {
            Self::Thread(..) => Owner::Thread,
            Self::Isolate(_) => Owner::Isolate,
            Self::Context(_) => Owner::Context,
        }
    }

    /// The context that the value's methods enter.
    pub(super) fn context(&self) -> Option<&Arc<ContextInner>> {
        match self {
            Self::Thread(_, context) => context.as_ref(),
            Self::Isolate(context) | Self::Context(context) => Some(context),
        }
    }

    /// Whether a turn with this lock may touch the value.
    #[inline]
    pub(super) fn is_here(&self, lock: &Lock<'_>) -> bool {
        match self {
            Self::Thread(home, _) => home.is_here(),
            Self::Isolate(context) => std::ptr::eq(&raw const *context.core, lock.core()),
            Self::Context(context) => Arc::ptr_eq(context, lock.context_inner()),
        }
    }

    /// Whether the owner has ended.
    pub(super) fn ended(&self) -> Result<(), Gone> {
        let checked = match self {
            // A thread that ends ends its values itself.
            Self::Thread(..) => return Ok(()),
            Self::Isolate(context) => context.core.gone(),
            Self::Context(context) => context.check(),
        };
        match checked {
            Err(RunError::Gone(gone)) => Err(gone),
            _ => Ok(()),
        }
    }

    /// Why `lock` is the wrong one.
    #[cold]
    pub(super) fn refuse(&self, lock: &Lock<'_>, access: Access) -> RunError {
        if let Err(gone) = self.ended() {
            return gone.of(access).into();
        }
        let Access { what, made, entered, .. } = access;
        match self {
            Self::Thread(home, _) => {
                let here = ThreadName::current();
                RunError::WrongThread(Arc::new(WrongThread { access, home: home.name.clone(), here }))
            }
            Self::Context(context) if std::ptr::eq(&raw const *context.core, lock.core()) => {
                let access = Some(Arc::new(access));
                RunError::WrongContext { wanted: context.id, here: lock.context_inner().id, access }
            }
            Self::Isolate(context) | Self::Context(context) => {
                RunError::WrongIsolate { what, home: context.core.id, made, here: lock.core().id, entered }
            }
        }
    }

    /// The part that a value's end is told of.
    pub(super) fn part(&self, obituary: &Obituary, what: &'static str) -> Part {
        use crate::protocol::liveness::Why;
        match (obituary.why, self) {
            (Why::ThreadEnded, Self::Thread(home, _)) => Part::Thread(home.name.id),
            _ => Part::OwnValue(what),
        }
    }

    /// Has the owner drop a value that ended. Never blocks for longer than a push.
    pub(super) fn doom(&self, own: Own) {
        match self {
            Self::Isolate(context) | Self::Context(context) => context.core.doom(Doomed::Own(own)),
            Self::Thread(home, context) => {
                // Once the queue is closed the thread has dropped all its values.
                let queued = home.deletes.push(own).is_ok();
                // A turn on the thread looks at the queue at its end; an idle pinned home has to be told. Of each value: what
                // was made outside of turns may wait there already, and nobody was told of it.
                if queued
                    && !(home.is_here() && state::in_turn())
                    && let Some(context) = context
                    && let Engine::Pinned(pinned) = &context.core.engine
                    && pinned.is(home.name.id)
                {
                    context.core.request_housekeeping();
                }
            }
        }
    }

    /// Takes a value out of its owner's list.
    ///
    /// # Safety
    /// The calling thread holds the owner's isolate, or is the owner.
    pub(super) unsafe fn forget(&self, number: u64) {
        let forgotten = match self {
            Self::Thread(..) => return thread_home::forget(number),
            // SAFETY: the caller's promise; the reference ends here, and dropping the entry runs nobody's code.
            Self::Isolate(context) => unsafe { context.core.own.get_mut() }.remove(number),
            // SAFETY: as above.
            Self::Context(context) => unsafe { context.own.get_mut() }.remove(number),
        };
        drop(forgotten);
    }

    /// One value more (or less) lives.
    pub(super) fn count(&self, more: bool) {
        let Some(context) = self.context() else { return };
        let counter = &context.core.counters.own_values;
        if more {
            counter.fetch_add(1, Ordering::Relaxed);
        } else {
            counter.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// Tells of a `Drop` that panicked.
    #[cold]
    pub(super) fn report_panic(
        &self,
        what: &'static str,
        made: &'static std::panic::Location<'static>,
        payload: &(dyn Any + Send),
    ) {
        let report = Report::DropPanicked { what, made, message: panic_message(payload) };
        match self.context() {
            Some(context) => context.core.tell(&report),
            // It may be that standard error is closed.
            None => drop(catch_unwind(AssertUnwindSafe(|| report::standard(&report)))),
        }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Thread(home, _) => fmt::Display::fmt(&home.name, f),
            Self::Isolate(context) => write!(f, "isolate {}", context.core.id),
            Self::Context(context) => write!(f, "context {} of isolate {}", context.id, context.core.id),
        }
    }
}
