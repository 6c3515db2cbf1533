//! tokio's channels, handles and errors, with the feature `tokio`.

use super::{portable, portable_of};
use crate::Portable;
use tokio::{
    runtime, sync,
    sync::{broadcast, mpsc, oneshot, watch},
    task,
};

portable_of!(
    oneshot::Sender<T>,
    oneshot::Receiver<T>,
    mpsc::Sender<T>,
    mpsc::Receiver<T>,
    mpsc::WeakSender<T>,
    mpsc::UnboundedSender<T>,
    mpsc::UnboundedReceiver<T>,
    mpsc::WeakUnboundedSender<T>,
    mpsc::OwnedPermit<T>,
    mpsc::error::SendError<T>,
    mpsc::error::TrySendError<T>,
    broadcast::error::SendError<T>,
    watch::error::SendError<T>,
);
// What many receivers share must be `Sync`, too, to be sent.
impl<T: Portable> Portable for broadcast::Sender<T> {}
impl<T: Portable> Portable for broadcast::Receiver<T> {}
impl<T: Portable + Sync> Portable for watch::Sender<T> {}
impl<T: Portable + Sync> Portable for watch::Receiver<T> {}
portable!(
    oneshot::error::RecvError,
    oneshot::error::TryRecvError,
    mpsc::error::TryRecvError,
    broadcast::error::RecvError,
    broadcast::error::TryRecvError,
    watch::error::RecvError,
    sync::AcquireError,
    sync::TryAcquireError,
);

// Locks of tokio are shared (`Arc<Mutex<_>>`) and awaited before the turn; their guards are not on the list.
impl<T: ?Sized + Portable> Portable for sync::Mutex<T> {}
impl<T: ?Sized + Portable> Portable for sync::RwLock<T> {}
portable!(sync::Notify, sync::Semaphore, sync::OwnedSemaphorePermit);

// A `JoinError` may carry the payload of a panic, which is opaque; like boxed errors it is let through.
portable_of!(task::JoinHandle<T>);
portable!(task::JoinError, task::AbortHandle, runtime::Handle);
