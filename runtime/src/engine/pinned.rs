//! The pinned home: one thread that keeps V8's lock. What that thread does is in [`home_loop`](super::home_loop).

use super::{
    core::IsolateCore,
    error::RuntimeError,
    home_loop::{HomeLoop, Message},
    isolate,
    spawner::SharedSpawner,
    state,
};
use crate::v8;
use futures::{
    channel::mpsc,
    executor::block_on,
    future::FutureObj,
    task::{Spawn, SpawnError},
};
use std::{
    ptr::NonNull,
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle, ThreadId},
};

/// The thread of one isolate.
pub(crate) struct PinnedHome {
    thread: ThreadId,
    sender: mpsc::UnboundedSender<Message>,
    isolate: HomePointer,
    me: Mutex<std::sync::Weak<IsolateCore>>,
    /// The runtime's own thread; none for an adopted one, which the embedder drives.
    handle: Mutex<Option<JoinHandle<()>>>,
}

/// The locked isolate, on the home thread's stack.
pub(crate) struct HomePointer(pub(crate) NonNull<v8::Isolate>);

// SAFETY: only `PinnedHome::entered` uses the pointer, and only on the home thread.
unsafe impl Send for HomePointer {}
// SAFETY: see `Send`.
unsafe impl Sync for HomePointer {}

/// What the home thread tells about its isolate.
pub(crate) struct Found {
    pub(crate) address: usize,
    pub(crate) handle: v8::IsolateHandle,
    pub(crate) isolate: HomePointer,
}

/// What [`PinnedHome::start`] and [`PinnedHome::here`] give.
pub(crate) struct Made {
    pub(crate) address: usize,
    pub(crate) handle: v8::IsolateHandle,
    pub(crate) home: PinnedHome,
}

/// Who says that V8's part of the isolate has been taken down.
#[derive(PartialEq, Eq)]
pub(crate) enum Stopped {
    /// The caller: it is.
    Done,
    /// The home loop, when its embedder drives it next.
    ByLoop,
}

impl PinnedHome {
    /// Starts the thread and makes the isolate there, or takes it there.
    pub(crate) fn start(origin: isolate::Origin) -> Result<Made, RuntimeError> {
        let (sender, receiver) = mpsc::unbounded();
        let (tell, told) = std::sync::mpsc::channel();
        let live = move || match HomeLoop::new(origin, receiver) {
            Ok((home, found)) => {
                if tell.send(Ok(found)).is_ok() {
                    block_on(home);
                }
            }
            Err(error) => drop(tell.send(Err(error))),
        };
        let handle = thread::Builder::new()
            .name("isolock-home".into())
            .stack_size(4 << 20)
            .spawn(live)
            .map_err(|error| RuntimeError::Thread(Arc::new(error)))?;
        let found = told
            .recv()
            .map_err(|_| RuntimeError::Thread(Arc::new(std::io::Error::other("the home thread ended early"))))??;
        Ok(Self::of(found, sender, handle.thread().id(), Some(handle)))
    }

    /// Makes the calling thread the home.
    pub(crate) fn here(origin: isolate::Origin) -> Result<(Made, HomeLoop), RuntimeError> {
        let (sender, receiver) = mpsc::unbounded();
        let (home, found) = HomeLoop::new(origin, receiver)?;
        Ok((Self::of(found, sender, state::thread_id(), None), home))
    }

    fn of(
        found: Found,
        sender: mpsc::UnboundedSender<Message>,
        thread: ThreadId,
        handle: Option<JoinHandle<()>>,
    ) -> Made {
        let Found { address, handle: v8_handle, isolate } = found;
        let home = Self { thread, sender, isolate, me: Mutex::default(), handle: Mutex::new(handle) };
        Made { address, handle: v8_handle, home }
    }

    /// Tells the home whose it is, for kicks.
    pub(crate) fn adopt(&self, core: &Arc<IsolateCore>) {
        *self.me.lock().unwrap_or_else(PoisonError::into_inner) = Arc::downgrade(core);
    }

    /// Whether that is the home thread.
    pub(crate) fn is(&self, thread: ThreadId) -> bool {
        thread == self.thread
    }

    pub(crate) fn is_here(&self) -> bool {
        state::thread_id() == self.thread
    }

    pub(crate) fn kick(&self) {
        let me = self.me.lock().unwrap_or_else(PoisonError::into_inner).upgrade();
        if let Some(me) = me {
            // If the thread has stopped, the isolate had its last turn.
            drop(self.sender.unbounded_send(Message::Kick(me)));
        }
    }

    /// Runs `f` with the isolate entered. On the home thread only, by the holder of the queue.
    pub(crate) fn entered<R>(&self, f: impl FnOnce(&mut v8::Isolate) -> R) -> R {
        struct Exit(NonNull<v8::Isolate>);
        impl Drop for Exit {
            fn drop(&mut self) {
                // SAFETY: entered below, and whatever was entered in between has been exited in reverse order.
                unsafe { self.0.as_ref().exit() };
            }
        }
        assert!(self.is_here(), "a pinned isolate was entered on another thread");
        let mut isolate = self.isolate.0;
        // SAFETY: this is the thread that holds the lock, and no isolate is entered on it outside turns. The pointer is to
        // the locker's isolate, which the loop does not touch until it stops.
        unsafe { isolate.as_ref().enter() };
        let _exit = Exit(isolate);
        // SAFETY: as above; the holder of the queue is alone in here.
        f(unsafe { isolate.as_mut() })
    }

    /// Ends the loop and the isolate with it. Called by the reaper after the last turn; never waits for an embedder.
    pub(crate) fn stop(&self, core: &Arc<IsolateCore>) -> Stopped {
        let handle = self.handle.lock().unwrap_or_else(PoisonError::into_inner).take();
        match handle {
            Some(handle) => {
                drop(self.sender.unbounded_send(Message::Stop(None)));
                drop(handle.join());
                Stopped::Done
            }
            None => match self.sender.unbounded_send(Message::Stop(Some(core.clone()))) {
                Ok(()) => Stopped::ByLoop,
                // The loop was dropped inside a turn.
                Err(_) => Stopped::Done,
            },
        }
    }

    /// Tasks of a pinned isolate are polled by its own thread, where turns need no hop.
    pub(crate) fn spawner(&self) -> SharedSpawner {
        Arc::new(HomeSpawner(self.sender.clone()))
    }
}

struct HomeSpawner(mpsc::UnboundedSender<Message>);

impl Spawn for HomeSpawner {
    fn spawn_obj(&self, future: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        self.0.unbounded_send(Message::Task(future)).map_err(|_| SpawnError::shutdown())
    }
}
