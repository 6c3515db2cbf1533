//! What is known of a turn while it runs. The watchdog, deadlock reports and spans read it.

use std::{fmt, panic::Location, thread::ThreadId, time::Instant};

/// How a turn came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// `ctx.run` and its like: from outside, beginning an event.
    Enter,
    /// `ev.run`: an event goes on after an await.
    Resume,
    /// A callback that was stored for later, as part of the event it was stored in.
    Reentry,
    /// The runtime's own: deferred drops, foreground tasks of V8, the end of a context.
    Housekeeping,
}

/// The record of one turn.
#[derive(Debug, Clone, Copy)]
pub struct TurnRecord {
    /// The isolate's number.
    pub isolate: u64,
    /// The turn's number within its isolate.
    pub turn: u64,
    /// How it came to be.
    pub kind: Kind,
    /// The context's number; 0 for housekeeping.
    pub context: u64,
    /// The event's number; 0 for housekeeping.
    pub event: u64,
    /// The call that asked for it.
    pub entered: &'static Location<'static>,
    /// The annotated function it runs for, where there is one.
    pub function: Option<&'static str>,
    /// The thread that runs it.
    pub thread: ThreadId,
    /// When it began; known if the isolate has a time limit.
    pub began: Option<Instant>,
    /// When it will be terminated.
    pub deadline: Option<Instant>,
}

impl fmt::Display for TurnRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "turn {} of isolate {}", self.turn, self.isolate)?;
        if self.context != 0 {
            write!(f, " in context {}, event {}", self.context, self.event)?;
        }
        if let Some(function) = self.function {
            write!(f, " for `{function}`")?;
        }
        write!(f, ", entered at {} on {:?}", self.entered, self.thread)
    }
}
