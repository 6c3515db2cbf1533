//! Ctrl-C.

use isolock::IoContext;
use std::{
    mem, process,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

/// The exit status of a program that ended by SIGINT.
pub(crate) const STATUS: u8 = 130;

/// Whether the user asked to stop, and what has to be stopped then.
#[derive(Default)]
pub(crate) struct Stop {
    asked: AtomicBool,
    contexts: Mutex<Vec<IoContext>>,
}

impl Stop {
    /// Listens to Ctrl-C. The second one ends the process at once.
    pub(crate) fn on_ctrl_c() -> Result<Arc<Self>, ctrlc::Error> {
        let stop = Arc::new(Self::default());
        let handler = stop.clone();
        // The handler runs on a thread of its own, not in the signal, so it may do anything.
        ctrlc::set_handler(move || {
            if handler.asked() {
                process::exit(STATUS.into());
            }
            handler.now();
        })?;
        Ok(stop)
    }

    pub(crate) fn asked(&self) -> bool {
        self.asked.load(Ordering::SeqCst)
    }

    /// Stops this context, too, when the time comes.
    pub(crate) fn add(&self, context: &IoContext) {
        self.contexts.lock().unwrap_or_else(PoisonError::into_inner).push(context.clone());
        if self.asked() {
            self.now();
        }
    }

    /// Killing a context ends the turn that runs in it, fails the calls that wait, and cancels its asynchronous functions:
    /// whoever awaits one of these goes on at once.
    fn now(&self) {
        self.asked.store(true, Ordering::SeqCst);
        let contexts = mem::take(&mut *self.contexts.lock().unwrap_or_else(PoisonError::into_inner));
        for context in contexts {
            context.kill();
        }
    }

    /// Lets go of the contexts.
    pub(crate) fn forget(&self) {
        drop(mem::take(&mut *self.contexts.lock().unwrap_or_else(PoisonError::into_inner)));
    }
}
