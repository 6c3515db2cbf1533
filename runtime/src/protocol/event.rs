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
        self.chain().take_while(|event| event.is_cancelled()).find_map(|event| lock(&event.inner).terminated)
    }

    /// Whether `id` is this event or one above it.
    #[must_use]
    pub fn is_within(&self, id: EventId) -> bool {
        self.chain().any(|event| event.id == id)
    }

    /// Whether the event with this number is below it.
    #[must_use]
    pub fn has_below(&self, id: EventId) -> bool {
        let mut below = lock(&self.inner).live_children();
        while let Some(event) = below.pop() {
            if event.id == id {
                return true;
            }
            below.extend(lock(&event.inner).live_children());
        }
        false
    }

    /// Whether this event belongs to a section that `inside` accepts, itself or through an event above it.
    pub fn any_section(&self, inside: &mut dyn FnMut(Section) -> bool) -> bool {
        self.chain().any(|event| inside(event.section))
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
        let Some(mut below) = self.end_alone(request) else { return false };
        while let Some(event) = below.pop() {
            below.extend(event.end_alone(None).into_iter().flatten());
        }
        true
    }

    /// Ends this event only. Gives its children, which are to be ended next, or nothing if it had ended before.
    fn end_alone(&self, request: Option<Request>) -> Option<Vec<Arc<Self>>> {
        let mut inner = lock(&self.inner);
        if request.is_some() && inner.terminated.is_none() {
            inner.terminated = request;
        }
        if self.cancelled.swap(true, Ordering::AcqRel) {
            return None;
        }
        // They stay in the list: `has_below` is asked after the end, too.
        let children = inner.live_children();
        let wakers = std::mem::take(&mut inner.on_cancel);
        drop(inner);
        for (_, waker) in wakers {
            waker.wake();
        }
        Some(children)
    }

    /// This event and those above it. A loop and not a recursion: a chain grows with every asynchronous call that is made
    /// from the continuation of another.
    fn chain(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |event| event.parent.as_deref())
    }

    /// How much work is under way in it and below it.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.pending.load(Ordering::Acquire)
    }

    /// Counts one piece of work as pending until the guard is dropped.
    pub fn work(self: &Arc<Self>) -> Work {
        for event in self.chain() {
            event.pending.fetch_add(1, Ordering::AcqRel);
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

impl Inner {
    fn live_children(&self) -> Vec<Arc<EventState>> {
        self.children.iter().filter_map(Weak::upgrade).collect()
    }
}

impl Drop for EventState {
    fn drop(&mut self) {
        // One after the other: the drop of a long chain must not nest.
        let mut parent = self.parent.take();
        while let Some(event) = parent {
            parent = Arc::into_inner(event).and_then(|mut event| event.parent.take());
        }
    }
}

/// Adds a child, and forgets those that ended now and then so that the list follows the number of live ones.
fn remember(children: &mut Vec<Weak<EventState>>, child: &Arc<EventState>) {
    if children.len() == children.capacity() {
        children.retain(|child| child.strong_count() > 0);
        // Room for as many as are left, so that the next look comes only after as many births.
        children.reserve(children.len().max(4));
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
        for event in self.event.chain() {
            if event.pending.fetch_sub(1, Ordering::AcqRel) == 1 {
                let wakers = std::mem::take(&mut lock(&event.inner).on_idle);
                for (_, waker) in wakers {
                    waker.wake();
                }
            }
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
        let mut former = None;
        match this.key.and_then(|key| list.iter_mut().find(|(other, _)| *other == key)) {
            Some((_, waker)) if waker.will_wake(cx.waker()) => {}
            Some((_, waker)) => former = Some(std::mem::replace(waker, cx.waker().clone())),
            None => {
                list.push((fresh, cx.waker().clone()));
                inner.next_key += 1;
                this.key = Some(fresh);
            }
        }
        drop(inner);
        // Perhaps the last reference to a task, whose drop may come back here.
        drop(former);
        // Whoever ends the wait takes the list after it changed the state, so a second look closes the gap.
        if this.is_over() { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            let mut inner = lock(&self.event.inner);
            let list = Self::list(self.what, &mut inner);
            let at = list.iter().position(|(other, _)| *other == key);
            let former = at.map(|at| list.swap_remove(at));
            drop(inner);
            drop(former);
        }
    }
}
