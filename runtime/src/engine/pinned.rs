//! The pinned home: one thread that keeps V8's lock.

use super::{core::IsolateCore, error::RuntimeError, isolate, spawner::SharedSpawner, state};
use crate::protocol::entry;
use crate::v8;
use futures::{
    StreamExt,
    channel::mpsc,
    executor::LocalPool,
    future::FutureObj,
    task::{LocalSpawn, Spawn, SpawnError},
};
use std::{
    cell::Cell,
    ptr::NonNull,
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle, ThreadId},
};

thread_local! {
    /// The isolate whose home this thread is; known before its first turn.
    static HOME_OF: Cell<Option<u64>> = const { Cell::new(None) };
}

/// The isolate whose turns only the calling thread runs.
pub(crate) fn home_of_this_thread() -> Option<u64> {
    HOME_OF.get()
}

/// The thread of one isolate.
pub(crate) struct PinnedHome {
    thread: ThreadId,
    sender: mpsc::UnboundedSender<Message>,
    isolate: HomePointer,
    me: Mutex<std::sync::Weak<IsolateCore>>,
    handle: Mutex<Option<JoinHandle<()>>>,
}

/// The locked isolate, on the home thread's stack.
struct HomePointer(NonNull<v8::Isolate>);

// SAFETY: only `PinnedHome::entered` uses the pointer, and only on the home thread.
unsafe impl Send for HomePointer {}
// SAFETY: see `Send`.
unsafe impl Sync for HomePointer {}

enum Message {
    Kick(Arc<IsolateCore>),
    Task(FutureObj<'static, ()>),
    Stop,
}

/// What the home thread tells about the isolate that it made.
pub(crate) struct Made {
    pub(crate) address: usize,
    pub(crate) handle: v8::IsolateHandle,
    pub(crate) home: PinnedHome,
}

impl PinnedHome {
    /// Starts the thread and makes the isolate there, or takes it there.
    pub(crate) fn start(origin: isolate::Origin) -> Result<Made, RuntimeError> {
        let (sender, receiver) = mpsc::unbounded();
        let (made, tell) = std::sync::mpsc::channel();
        let handle = thread::Builder::new()
            .name("isolock-home".into())
            .stack_size(4 << 20)
            .spawn(move || live(origin, receiver, &made))
            .map_err(|error| RuntimeError::Thread(Arc::new(error)))?;
        let (address, isolate, v8_handle) = tell
            .recv()
            .map_err(|_| RuntimeError::Thread(Arc::new(std::io::Error::other("the home thread ended early"))))??;
        let home = Self {
            thread: handle.thread().id(),
            sender,
            isolate,
            me: Mutex::default(),
            handle: Mutex::new(Some(handle)),
        };
        Ok(Made { address, handle: v8_handle, home })
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
        // the locker's isolate, which `live` does not touch until it stops.
        unsafe { isolate.as_ref().enter() };
        let _exit = Exit(isolate);
        // SAFETY: as above; the holder of the queue is alone in here.
        f(unsafe { isolate.as_mut() })
    }

    /// Ends the thread and the isolate with it. Called by the reaper after the last turn.
    pub(crate) fn stop(&self) {
        drop(self.sender.unbounded_send(Message::Stop));
        let handle = self.handle.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(handle) = handle {
            drop(handle.join());
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

type Tell = std::sync::mpsc::Sender<Result<(usize, HomePointer, v8::IsolateHandle), RuntimeError>>;

/// The home thread's life.
fn live(origin: isolate::Origin, mut receiver: mpsc::UnboundedReceiver<Message>, made: &Tell) {
    let (shared, address) = match origin.obtain() {
        Ok(made) => made,
        Err(error) => return drop(made.send(Err(error))),
    };
    let handle = shared.thread_safe_handle();
    let mut locker = shared.lock();
    let isolate: &mut v8::Isolate = &mut locker;
    let pointer = NonNull::from(isolate);
    // SAFETY: `lock` entered it on this thread; between turns it is exited, so that the thread may enter others.
    unsafe { pointer.as_ref().exit() };
    if made.send(Ok((address, HomePointer(pointer), handle))).is_ok() {
        let mut pool = LocalPool::new();
        let spawner = pool.spawner();
        pool.run_until(async {
            while let Some(message) = receiver.next().await {
                match message {
                    Message::Kick(core) => {
                        HOME_OF.set(Some(core.id));
                        core.kick_taken();
                        entry::lead_if_free(&*core);
                    }
                    Message::Task(task) => drop(spawner.spawn_local_obj(task.into())),
                    Message::Stop => break,
                }
            }
        });
        drop(pool);
    }
    // SAFETY: as above; a locker must be dropped with its isolate entered.
    unsafe { pointer.as_ref().enter() };
    drop(locker);
    drop(shared);
}
