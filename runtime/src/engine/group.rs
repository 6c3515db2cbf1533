//! Contexts that may exchange objects.

use super::{core::IsolateCore, turn_cell::TurnCell};
use crate::v8;
use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// Contexts of one isolate that may exchange objects: they share a security token (so that each may reach the others'
/// globals) and a microtask queue (so that one may await the promises of another). Made by
/// [`Isolate::group`](super::Isolate::group); a context is alone in its group unless
/// [`ContextOptions::group`](super::ContextOptions::group) says otherwise.
///
/// The contexts of a group also share the fate of their queue: a turn that is terminated in its checkpoint takes the
/// reactions of all of them along.
#[derive(Clone)]
pub struct ContextGroup {
    pub(crate) inner: Arc<GroupInner>,
}

pub(crate) struct GroupInner {
    pub(crate) id: u64,
    pub(crate) isolate: u64,
    pub(crate) v8: TurnCell<GroupState>,
}

#[derive(Default)]
pub(crate) struct GroupState {
    /// Present while the group has members.
    pub(crate) parts: Option<GroupParts>,
    pub(crate) members: usize,
    /// How often parts were made. What was made with earlier ones belongs to their microtask queue, which nobody runs.
    pub(crate) generation: u64,
}

pub(crate) struct GroupParts {
    pub(crate) microtasks: v8::MicrotaskQueueHandle,
    pub(crate) token: v8::Global<v8::Value>,
}

impl GroupInner {
    pub(crate) fn new(core: &IsolateCore) -> Arc<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Arc::new(Self {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            isolate: core.id,
            v8: TurnCell::new(GroupState::default()),
        })
    }

    /// The generation of its parts. To be called under the hold.
    pub(crate) fn generation(&self) -> u64 {
        // SAFETY: see above; the parts are replaced only where no JS runs, and the reference ends here.
        unsafe { self.v8.get() }.generation
    }
}

impl fmt::Debug for ContextGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContextGroup").field("id", &self.inner.id).field("isolate", &self.inner.isolate).finish()
    }
}
