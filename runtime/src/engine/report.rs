//! What the runtime has to say that no caller waits for.

use super::{
    core::IsolateCore,
    js_error::{JsError, Position},
};
use crate::rules;
use std::{
    panic::{AssertUnwindSafe, Location, catch_unwind},
    sync::Arc,
};

/// Something that nobody waits for but somebody should hear of; see
/// [`RuntimeBuilder::on_report`](super::RuntimeBuilder::on_report).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Report {
    /// A promise was rejected and at the end of the turn nobody had handled it.
    UnhandledRejection {
        /// The isolate.
        isolate: u64,
        /// The context whose promise it is.
        context: u64,
        /// The reason.
        error: JsError,
    },
    /// JS threw and nothing caught it, where no caller waits: in a finalizer, or in a job of the microtask queue.
    Uncaught {
        /// The isolate.
        isolate: u64,
        /// V8's message.
        message: String,
        /// Where it was thrown.
        position: Option<Position>,
    },
    /// `lock.console_log` was called.
    Console {
        /// The isolate.
        isolate: u64,
        /// The context.
        context: u64,
        /// The text.
        text: String,
    },
    /// A body that nobody waits for (a timer's, a finalizer's) returned an error, or its turn was terminated.
    Failed {
        /// The isolate.
        isolate: u64,
        /// The context.
        context: u64,
        /// What it was: `timer`, `finalizer`.
        what: &'static str,
        /// The call that made it.
        made: &'static Location<'static>,
        /// The error.
        message: String,
    },
    /// Code that nobody waits for panicked (a deferred drop, a report).
    Panicked {
        /// The isolate.
        isolate: u64,
        /// The panic's message.
        message: String,
    },
    /// The `Drop` of an affine value panicked, at home, where no caller waits.
    DropPanicked {
        /// The value's type.
        what: &'static str,
        /// Where the value was made.
        made: &'static Location<'static>,
        /// The panic's message.
        message: String,
    },
}

pub(crate) type Reporter = Arc<dyn Fn(&Report) + Send + Sync>;

/// Console to standard output, everything else to standard error.
pub(crate) fn standard(report: &Report) {
    match report {
        Report::UnhandledRejection { isolate, context, error } => {
            eprintln!("isolock: unhandled rejection in context {context} of isolate {isolate}: {error}");
            if let Some(stack) = &error.stack {
                eprintln!("{stack}");
            }
        }
        Report::Uncaught { isolate, message, position } => {
            let place = position.as_ref().map(|position| format!(" (at {position})")).unwrap_or_default();
            eprintln!("isolock: {message}{place}, in isolate {isolate}");
        }
        Report::Console { text, .. } => println!("{text}"),
        Report::Failed { isolate, context, what, made, message } => {
            eprintln!("isolock: {what} made at {made} failed in context {context} of isolate {isolate}: {message}");
        }
        Report::Panicked { isolate, message } => {
            eprintln!("isolock: a panic that nobody waits for, in isolate {isolate}: {message}");
        }
        Report::DropPanicked { what, made, message } => {
            eprintln!("isolock: {}: the `Drop` of the `{what}` made at {made} panicked: {message}", rules::R10);
        }
    }
}

/// The message of a caught panic.
pub(crate) fn panic_message(payload: &(dyn std::any::Any + Send)) -> String {
    payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without a message".to_owned())
}

impl IsolateCore {
    /// Runs what nobody waits for, and reports its panic.
    pub(crate) fn guarded(&self, f: impl FnOnce()) {
        if let Err(payload) = catch_unwind(AssertUnwindSafe(f)) {
            self.tell(&Report::Panicked { isolate: self.id, message: panic_message(&*payload) });
        }
    }

    /// Tells the reporter. It is the embedder's: its panic must not end somebody's turn.
    pub(crate) fn tell(&self, report: &Report) {
        drop(catch_unwind(AssertUnwindSafe(|| (self.runtime.reporter)(report))));
    }
}
