//! What the thread of a pinned isolate does: it runs turns and polls asynchronous host functions.

use super::{
    core::IsolateCore,
    error::RuntimeError,
    isolate, park,
    pinned::{Found, HomePointer},
    state::{self, TurnState},
};
use crate::protocol::{entry, liveness::Why};
use crate::rules;
use crate::v8;
use futures::{
    StreamExt,
    channel::mpsc,
    future::{FutureObj, LocalFutureObj},
    stream::FuturesUnordered,
};
use std::{
    cell::Cell,
    fmt,
    mem::ManuallyDrop,
    panic::{AssertUnwindSafe, Location, catch_unwind},
    pin::Pin,
    ptr::NonNull,
    sync::{Arc, Weak},
    task::{Context, Poll},
};

/// How many messages and tasks are handled before others of the same executor have their turn.
const BUDGET: usize = 64;

thread_local! {
    /// The isolate whose home this thread is.
    static HOME_OF: Cell<Option<u64>> = const { Cell::new(None) };
}

/// The isolate whose turns only the calling thread runs.
pub(crate) fn home_of_this_thread() -> Option<u64> {
    HOME_OF.get()
}

/// What is sent to the home.
pub(crate) enum Message {
    /// A turn waits.
    Kick(Arc<IsolateCore>),
    /// To be polled here.
    Task(FutureObj<'static, ()>),
    /// The last turn is over. With an isolate: it is to be told when V8's part is taken down.
    Stop(Option<Arc<IsolateCore>>),
}

/// Drives an isolate that lives on the thread of the embedder; made by [`Runtime::adopt_here`](super::Runtime::adopt_here).
///
/// Turns of the isolate run, and its asynchronous host functions are polled, while this future is polled on the thread
/// where it was made (it is not `Send`): `block_on` it, or spawn it among the local tasks of that thread. It resolves
/// when the isolate has been shut down and disposed of. While nobody polls it (or after `mem::forget`), turns that were
/// asked for on other threads wait, without a name in any report.
///
/// Whoever blocks that thread on something that needs the loop waits for ever: `block_on(isolate.shutdown())`, or on a
/// promise of an asynchronous host function. Wait on another thread, or together with the loop (`join`). A single turn
/// needs no loop there: `block_on(ctx.run(..))` runs it at once.
///
/// Dropped before, it shuts the isolate down and finishes that on the spot. Inside a turn it can't: then it only shuts the
/// isolate down, and V8's part of it is leaked.
///
/// # Panics
/// If it is polled inside a turn, where it could do nothing.
#[must_use = "turns of the isolate run while this is polled"]
pub struct HomeLoop {
    receiver: mpsc::UnboundedReceiver<Message>,
    tasks: FuturesUnordered<LocalFutureObj<'static, ()>>,
    /// For an end that comes with the drop.
    core: Weak<IsolateCore>,
    /// The isolate, locked for good, and exited between turns. A pointer to a box of its own: turns hold one into it, which
    /// may not be reached through a `Box` meanwhile.
    locker: NonNull<v8::Locker<'static>>,
    shared: ManuallyDrop<Box<v8::SharedIsolate>>,
    ended: bool,
}

impl HomeLoop {
    /// Makes or adopts an isolate on this thread and locks it.
    pub(crate) fn new(
        origin: isolate::Origin,
        receiver: mpsc::UnboundedReceiver<Message>,
    ) -> Result<(Self, Found), RuntimeError> {
        let (shared, address) = origin.obtain()?;
        let shared = Box::new(shared);
        let handle = shared.thread_safe_handle();
        // SAFETY: the box is dropped after the locker, by `take_down`, and never moved out of before.
        let borrowed: &'static v8::SharedIsolate = unsafe { NonNull::from(&*shared).as_ref() };
        let mut locker = NonNull::from(Box::leak(Box::new(borrowed.lock())));
        // SAFETY: just made.
        let isolate: &mut v8::Isolate = unsafe { locker.as_mut() };
        let pointer = NonNull::from(isolate);
        // SAFETY: `lock` entered it on this thread; between turns it is exited, so that the thread may enter others.
        unsafe { pointer.as_ref().exit() };
        let found = Found { address, handle, isolate: HomePointer(pointer) };
        let home = Self {
            receiver,
            tasks: FuturesUnordered::new(),
            core: Weak::new(),
            locker,
            shared: ManuallyDrop::new(shared),
            ended: false,
        };
        Ok((home, found))
    }

    /// Tells whose home this thread is.
    pub(crate) fn belongs_to(&mut self, core: &Arc<IsolateCore>) {
        self.core = Arc::downgrade(core);
        HOME_OF.set(Some(core.id));
    }

    fn handle(&mut self, message: Message) -> Poll<()> {
        match message {
            Message::Kick(core) => {
                HOME_OF.set(Some(core.id));
                core.kick_taken();
                entry::lead_if_free(&*core);
            }
            Message::Task(task) => self.tasks.push(task.into()),
            Message::Stop(core) => {
                self.take_down();
                HOME_OF.set(None);
                if let Some(core) = core {
                    core.disposed_of();
                }
                // What comes later is refused, and what has come is dropped: nobody will look any more.
                self.receiver.close();
                while let Ok(late) = self.receiver.try_recv() {
                    contain(|| drop(late));
                }
                return Poll::Ready(());
            }
        }
        Poll::Pending
    }

    /// Unlocks the isolate and disposes of it.
    fn take_down(&mut self) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        // What still waits has been failed, and must not outlive the isolate. Neither that nor the slots of an embedder may
        // keep the isolate from its end by panicking.
        contain(|| self.tasks.clear());
        // SAFETY: made by `new`, taken down once; no turn holds its pointer any more.
        let locker = unsafe { Box::from_raw(self.locker.as_ptr()) };
        let isolate: &v8::Isolate = &locker;
        // SAFETY: this is the thread that locked it; a locker must be dropped with its isolate entered.
        unsafe { isolate.enter() };
        contain(|| drop(locker));
        // SAFETY: once, and the locker before what it borrows.
        contain(|| unsafe { ManuallyDrop::drop(&mut self.shared) });
    }
}

/// Ends a panic of what is dropped; the hook has reported it.
fn contain(f: impl FnOnce()) {
    drop(catch_unwind(AssertUnwindSafe(f)));
}

impl Future for HomeLoop {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let me = &mut *self;
        if me.ended {
            return Poll::Ready(());
        }
        if let Some(entered) = state::entered() {
            panic!("{}: the loop of a home was polled inside a turn (entered at {entered})", rules::R1);
        }
        for _ in 0..BUDGET {
            let message = me.receiver.poll_next_unpin(cx);
            let idle = message.is_pending();
            if let Poll::Ready(message) = message
                && me.handle(message.unwrap_or(Message::Stop(None))).is_ready()
            {
                return Poll::Ready(());
            }
            let task = me.tasks.poll_next_unpin(cx);
            if idle && !matches!(task, Poll::Ready(Some(()))) {
                return Poll::Pending;
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

impl Drop for HomeLoop {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        match self.core.upgrade() {
            // Nobody heard of the isolate.
            None => self.take_down(),
            Some(core) if state::in_turn() => {
                core.shut_down(Why::Dropped, Location::caller());
                HOME_OF.set(None);
                // After a turn of its own comes its last one, and then the reaper says so. Otherwise nobody would.
                if !TurnState::current_is_of(&core) {
                    core.disposed_of();
                }
            }
            Some(core) => {
                core.shut_down(Why::Dropped, Location::caller());
                drop(core);
                // The last turn runs here, and then the reaper says when to stop.
                park::block_on(Pin::new(self));
            }
        }
    }
}

impl fmt::Debug for HomeLoop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HomeLoop").field("tasks", &self.tasks.len()).field("ended", &self.ended).finish_non_exhaustive()
    }
}
