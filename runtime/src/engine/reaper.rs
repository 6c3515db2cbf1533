//! The thread that disposes of isolates: taking a heap down takes milliseconds, and whoever lets go last may be anywhere.

use super::core::IsolateCore;
use crate::protocol::sync::Arc;
use std::{
    sync::{OnceLock, mpsc},
    thread,
};

/// Hands an isolate that had its last turn to the reaper.
pub(crate) fn reap(isolate: Arc<IsolateCore>) {
    static REAPER: OnceLock<mpsc::Sender<Arc<IsolateCore>>> = OnceLock::new();
    let reaper = REAPER.get_or_init(|| {
        let (sender, receiver) = mpsc::channel::<Arc<IsolateCore>>();
        thread::Builder::new()
            .name("isolock-reaper".into())
            .spawn(move || receiver.iter().for_each(|isolate| isolate.dispose()))
            .expect("the reaper thread could not be started");
        sender
    });
    // The thread lives as long as the process; if it is gone, so is everything that could notice.
    drop(reaper.send(isolate));
}
