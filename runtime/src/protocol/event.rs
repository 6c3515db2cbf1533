//! Cancellation and the pending count of one activity.
//!
//! Events form a tree: what an event starts (a JS call of an asynchronous host function, a critical section) is its
//! child. Cancelling an event cancels everything below it; work counts as pending in its event and in all above.

use super::sync::{Arc, AtomicBool, AtomicUsize, Mutex, Ordering, lock};
use super::{gate::Section, termination::Request};
use std::{
    panic::Location,
    pin::Pin,
    sync::Weak,
    task::{Context, Poll, Waker},
};

/// The number of an event, unique within its isolate.
pub type EventId = u64;

/// The shared state of one event.
pub struct EventState {
    id: EventId,
    section: Section,
    began: &'static Location<'static>,
    parent: Option<Arc<EventState>>,
    cancelled: AtomicBool,
    pending: AtomicUsize,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    terminated: Option<Request>,
    children: Vec<Weak<EventState>>,
    next_key: u64,
    on_cancel: Vec<(u64, Waker)>,
    on_idle: Vec<(u64, Waker)>,
}

impl EventState {
    /// An event without a parent: the root of a context.
    pub fn root(began: &'static Location<'static>) -> Arc<Self> {
        Arc::new(Self::build(0, 0, began, None, false))
    }

    /// Begins a child. It is born cancelled if its parent is.
    pub fn child(self: &Arc<Self>, id: EventId, section: Section, began: &'static Location<'static>) -> Arc<Self> {
        let mut inner = lock(&self.inner);
        let cancelled = self.cancelled.load(Ordering::Relaxed);
        let child = Arc::new(Self::build(id, section, began, Some(self.clone()), cancelled));
        if !cancelled {
            remember(&mut inner.children, &child);
        }
        child
    }

    fn build(
        id: EventId,
        section: Section,
        began: &'static Location<'static>,
        parent: Option<Arc<Self>>,
        cancelled: bool,
    ) -> Self {
        Self {
            id,
            section,
            began,
            parent,
            cancelled: AtomicBool::new(cancelled),
            pending: AtomicUsize::new(0),
            inner: Mutex::new(Inner::default()),
        }
    }

    /// Its number.
    #[must_use]
    pub fn id(&self) -> EventId {
        self.id
    }

    /// The critical section it belongs to.
    #[must_use]
    pub fn section(&self) -> Section {
        self.section
    }

    /// The place where it began.
    #[must_use]
    pub fn began(&self) -> &'static Location<'static> {
        self.began
    }

    /// Whether it was cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Acquire)
    }

    /// The request that terminated it or an event above it, if one did.
    #[must_use]
    pub fn terminated(&self) -> Option<Request> {
        if !self.is_cancelled() {
            return None;
        }
        let own = lock(&self.inner).terminated;
        own.or_else(|| self.parent.as_ref()?.terminated())
    }

    /// Whether `id` is this event or one above it.
    #[must_use]
    pub fn is_within(&self, id: EventId) -> bool {
        self.id == id || self.parent.as_ref().is_some_and(|parent| parent.is_within(id))
    }

    /// Whether this event belongs to a section that `inside` accepts, itself or through an event above it.
    pub fn any_section(&self, inside: &mut dyn FnMut(Section) -> bool) -> bool {
        inside(self.section) || self.parent.as_ref().is_some_and(|parent| parent.any_section(inside))
    }

    /// Cancels it and everything below it. `false` if it was cancelled before.
    pub fn cancel(&self) -> bool {
        self.end(None)
    }

    /// Cancels it and remembers that its turns are to be terminated.
    pub fn terminate(&self, request: Request) -> bool {
        self.end(Some(request))
    }

    fn end(&self, request: Option<Request>) -> bool {
        let mut inner = lock(&self.inner);
        if request.is_some() && inner.terminated.is_none() {
            inner.terminated = request;
        }
        if self.cancelled.swap(true, Ordering::AcqRel) {
            return false;
        }
        let children = std::mem::take(&mut inner.children);
        let wakers = std::mem::take(&mut inner.on_cancel);
        drop(inner);
        for (_, waker) in wakers {
            waker.wake();
        }
        for child in children {
            if let Some(child) = child.upgrade() {
                child.cancel();
            }
        }
        true
    }

    /// How much work is under way in it and below it.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.pending.load(Ordering::Acquire)
    }

    /// Counts one piece of work as pending until the guard is dropped.
    #[must_use]
    pub fn work(self: &Arc<Self>) -> Work {
        let mut event = Some(self);
        while let Some(at) = event {
            at.pending.fetch_add(1, Ordering::AcqRel);
            event = at.parent.as_ref();
        }
        Work { event: self.clone() }
    }

    /// Resolves when it is cancelled.
    pub fn cancelled(self: &Arc<Self>) -> Wait {
        Wait { event: self.clone(), what: What::Cancelled, key: None }
    }

    /// Resolves when nothing is pending in it.
    pub fn idle(self: &Arc<Self>) -> Wait {
        Wait { event: self.clone(), what: What::Idle, key: None }
    }
}

/// Adds a child, and forgets those that ended now and then so that the list follows the number of live ones.
fn remember(children: &mut Vec<Weak<EventState>>, child: &Arc<EventState>) {
    if children.len() == children.capacity() {
        children.retain(|child| child.strong_count() > 0);
    }
    children.push(Arc::downgrade(child));
}

/// One piece of pending work; see [`EventState::work`].
#[must_use]
pub struct Work {
    event: Arc<EventState>,
}

impl Drop for Work {
    fn drop(&mut self) {
        let mut event = Some(&self.event);
        while let Some(at) = event {
            if at.pending.fetch_sub(1, Ordering::AcqRel) == 1 {
                let wakers = std::mem::take(&mut lock(&at.inner).on_idle);
                for (_, waker) in wakers {
                    waker.wake();
                }
            }
            event = at.parent.as_ref();
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum What {
    Cancelled,
    Idle,
}

/// A future on the state of an event; see [`EventState::cancelled`] and [`EventState::idle`].
#[must_use = "futures do nothing unless polled"]
pub struct Wait {
    event: Arc<EventState>,
    what: What,
    key: Option<u64>,
}

impl Wait {
    fn is_over(&self) -> bool {
        match self.what {
            What::Cancelled => self.event.is_cancelled(),
            What::Idle => self.event.pending() == 0,
        }
    }

    fn list(what: What, inner: &mut Inner) -> &mut Vec<(u64, Waker)> {
        match what {
            What::Cancelled => &mut inner.on_cancel,
            What::Idle => &mut inner.on_idle,
        }
    }
}

impl Future for Wait {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        if this.is_over() {
            return Poll::Ready(());
        }
        let mut inner = lock(&this.event.inner);
        let fresh = inner.next_key;
        let list = Self::list(this.what, &mut inner);
        match this.key.and_then(|key| list.iter_mut().find(|(other, _)| *other == key)) {
            Some((_, waker)) => waker.clone_from(cx.waker()),
            None => {
                list.push((fresh, cx.waker().clone()));
                inner.next_key += 1;
                this.key = Some(fresh);
            }
        }
        drop(inner);
        // Whoever ends the wait takes the list after it changed the state, so a second look closes the gap.
        if this.is_over() { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            let mut inner = lock(&self.event.inner);
            let list = Self::list(self.what, &mut inner);
            list.retain(|(other, _)| *other != key);
        }
    }
}
