//! Ends of channels and their errors.

use super::{portable, portable_of};
use futures::channel::{mpsc as stream, oneshot};
use std::sync::mpsc;

// The receiver has words of its own (`never.rs`): it can do nothing but block.
portable_of!(mpsc::Sender<T>, mpsc::SyncSender<T>, mpsc::SendError<T>, mpsc::TrySendError<T>);
portable!(mpsc::RecvError, mpsc::TryRecvError, mpsc::RecvTimeoutError);

// Receivers that are awaited are natural captures of an asynchronous body.
portable_of!(
    oneshot::Sender<T>,
    oneshot::Receiver<T>,
    stream::Sender<T>,
    stream::Receiver<T>,
    stream::UnboundedSender<T>,
    stream::UnboundedReceiver<T>,
    stream::TrySendError<T>,
);
portable!(oneshot::Canceled, stream::SendError, stream::TryRecvError, stream::RecvError);
