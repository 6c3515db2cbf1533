//! Why a turn gave no result.

use super::{
    affine::{Access, Borrowed, WrongThread},
    js_error::JsError,
};
use crate::protocol::{
    liveness::{Obituary, Why},
    termination::Request,
    wait_graph::Cycle,
};
use crate::rules;
use std::{error::Error, fmt, panic::Location, sync::Arc, thread::ThreadId};

/// What ended: a context, a whole isolate, or what they own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The context with this number.
    Context(u64),
    /// The isolate with this number.
    Isolate(u64),
    /// An affine value of this type.
    OwnValue(&'static str),
    /// The thread that an affine value belonged to.
    Thread(ThreadId),
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Context(id) => write!(f, "context {id}"),
            Self::Isolate(id) => write!(f, "isolate {id}"),
            Self::OwnValue(what) => write!(f, "the `{what}`"),
            Self::Thread(id) => write!(f, "{id:?}"),
        }
    }
}

/// The context or isolate that was to be entered has ended, or the value that was to be opened is gone.
#[derive(Debug, Clone)]
pub struct Gone {
    /// What ended.
    pub part: Part,
    /// When, where and why.
    pub obituary: Obituary,
    /// The value that was asked for, if it was one.
    pub access: Option<Arc<Access>>,
}

impl Gone {
    pub(crate) fn new(part: Part, obituary: Obituary) -> Self {
        Self { part, obituary, access: None }
    }

    /// The same, with the attempt to open a value that it answers.
    pub(crate) fn of(self, access: Access) -> Self {
        Self { access: Some(Arc::new(access)), ..self }
    }

    /// Why it ended.
    #[must_use]
    pub fn why(&self) -> Why {
        self.obituary.why
    }
}

impl fmt::Display for Gone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Obituary { why, when, at } = self.obituary;
        match (&self.access, self.part) {
            (Some(access), _) => write!(f, "{}: the `{}` made at {} is gone: ", rules::R9, access.what, access.made)?,
            (None, Part::OwnValue(_) | Part::Thread(_)) => write!(f, "{}: ", rules::R9)?,
            (None, _) => write!(f, "{}: ", rules::R3)?,
        }
        match self.part {
            // Nobody called: a drop has no place, and neither has the end of a thread.
            Part::OwnValue(_) if why == Why::Dropped => {
                write!(f, "its last `Homed` was dropped {:?} ago", when.elapsed())?;
            }
            Part::OwnValue(_) => write!(f, "{why} {:?} ago at {at}", when.elapsed())?,
            Part::Thread(_) => write!(f, "{} ended {:?} ago: {why}", self.part, when.elapsed())?,
            _ => write!(f, "{} ended {:?} ago at {at}: {why}", self.part, when.elapsed())?,
        }
        match &self.access {
            Some(access) => write!(f, "; it was asked for at {} (turn entered at {})", access.at, access.entered),
            None => Ok(()),
        }
    }
}

impl Error for Gone {}

/// Why a turn, or what was awaited of one, gave no result.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum RunError {
    /// The context or its isolate has ended.
    Gone(Gone),
    /// `run` was called, or its future polled, inside a turn: the lock is held already, use it.
    Reentrant {
        /// The call that entered the turn which is running.
        entered: &'static Location<'static>,
        /// The call that was refused.
        at: &'static Location<'static>,
    },
    /// The wait would never end; every party is named.
    Deadlock(Arc<Cycle>),
    /// The call waits for the end of the critical section that it is made from.
    InsideSection {
        /// Where the critical section's event began.
        began: &'static Location<'static>,
        /// The call that was refused.
        at: &'static Location<'static>,
    },
    /// The event was cancelled.
    Cancelled {
        /// Where the event began.
        began: &'static Location<'static>,
    },
    /// The turn was ended: by a limit, by `terminate`, or because its context was killed.
    Terminated(Request),
    /// The body panicked. The isolate stays usable.
    Panicked {
        /// The panic's message.
        message: Arc<str>,
        /// The call that asked for the turn.
        at: &'static Location<'static>,
    },
    /// JS threw.
    Threw(Arc<JsError>),
    /// A JS value was not of the expected type.
    Convert {
        /// What was expected.
        expected: Arc<str>,
        /// What was found.
        found: Arc<str>,
    },
    /// A `JsRoot`, or a value that belongs to an isolate or a context, was opened under the lock of another isolate.
    WrongIsolate {
        /// What was opened.
        what: &'static str,
        /// The isolate it belongs to.
        home: u64,
        /// Where it was made.
        made: &'static Location<'static>,
        /// The isolate whose lock was used.
        here: u64,
        /// The call that entered that turn.
        entered: &'static Location<'static>,
    },
    /// Two contexts of different groups were to be mixed, or a value of one context was opened in a turn of another.
    WrongContext {
        /// The context that was asked for, or that the value belongs to.
        wanted: u64,
        /// The context of the turn.
        here: u64,
        /// The value that was asked for, if it was one.
        access: Option<Arc<Access>>,
    },
    /// The callback was closed, and can't be called any more.
    Closed {
        /// Where it was made.
        made: &'static Location<'static>,
    },
    /// A value that belongs to a thread was opened on another.
    WrongThread(Arc<WrongThread>),
    /// JavaScript that runs while an affine value is borrowed came back to the value, and one of the two borrows is
    /// mutable.
    Borrowed(Arc<Borrowed>),
    /// The promise can't settle any more: its reactions were lost when a turn was terminated, or it was collected.
    PromiseLost,
    /// V8 refused: a string is too long, or a termination is pending.
    Refused(&'static str),
    /// The runtime could not be used.
    Runtime(RuntimeError),
}

impl RunError {
    /// The JS exception, if one was thrown.
    #[must_use]
    pub fn js(&self) -> Option<&JsError> {
        match self {
            Self::Threw(error) => Some(error),
            _ => None,
        }
    }

    /// Whether the context or isolate has ended.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        matches!(self, Self::Gone(_))
    }
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone(gone) => gone.fmt(f),
            Self::Reentrant { entered, at } => write!(
                f,
                "{}: the call at {at} asks for a turn inside a turn (entered at {entered}): this thread already holds a \
                 lock, use the `Lock` that the body was given",
                rules::R1
            ),
            Self::Deadlock(cycle) => write!(f, "{}: this wait would never end: {cycle}", rules::R8),
            Self::InsideSection { began, at } => write!(
                f,
                "{}: the call at {at} waits for the end of the critical section that it is made from (its event began \
                 at {began}): use that section's `Event`",
                rules::R8
            ),
            Self::Cancelled { began } => write!(f, "the event that began at {began} was cancelled"),
            Self::Terminated(request) => write!(f, "the turn was terminated: {request}"),
            Self::Panicked { message, at } => {
                write!(f, "{}: the body of the turn asked for at {at} panicked: {message}", rules::R10)
            }
            Self::Threw(error) => error.fmt(f),
            Self::Convert { expected, found } => write!(f, "expected {expected}, found {found}"),
            Self::WrongIsolate { what, home, made, here, entered } => write!(
                f,
                "{}: a `{what}` of isolate {home} (made at {made}) was opened under the lock of isolate {here} (turn \
                 entered at {entered}): open it in a turn of its own isolate",
                rules::R6
            ),
            Self::WrongContext { wanted, here, access: Some(access) } => write!(
                f,
                "{}: the `{}` made at {} belongs to context {wanted}, and was opened at {} in context {here} (turn entered \
                 at {}): open it in a turn of its own context",
                rules::R6,
                access.what,
                access.made,
                access.at,
                access.entered
            ),
            Self::WrongThread(wrong) => wrong.fmt(f),
            Self::Borrowed(borrowed) => borrowed.fmt(f),
            Self::WrongContext { wanted, here, access: None } => write!(
                f,
                "{}: context {wanted} is not in the group of context {here}, whose turn this is: create both in one \
                 `ContextGroup`",
                rules::R6
            ),
            Self::Closed { made } => {
                write!(f, "{}: the callback that was made at {made} was closed", rules::R8)
            }
            Self::PromiseLost => f.write_str(
                "the promise can't settle any more: a terminated turn took its reactions along, or it was collected",
            ),
            Self::Refused(what) => write!(f, "V8 refused: {what}"),
            Self::Runtime(error) => error.fmt(f),
        }
    }
}

impl Error for RunError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            // `Threw` shows the exception itself, so its source is the exception's cause.
            Self::Threw(error) => error.source(),
            _ => None,
        }
    }
}

impl From<JsError> for RunError {
    fn from(error: JsError) -> Self {
        Self::Threw(Arc::new(error))
    }
}

impl From<Gone> for RunError {
    fn from(gone: Gone) -> Self {
        Self::Gone(gone)
    }
}

impl From<RuntimeError> for RunError {
    fn from(error: RuntimeError) -> Self {
        Self::Runtime(error)
    }
}

/// Why a runtime or an isolate could not be made.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum RuntimeError {
    /// V8 was initialised by other code of this process, with a platform that isolock can't serve.
    ForeignV8,
    /// V8 was initialised before with other flags; flags are fixed for the life of a process.
    OtherFlags {
        /// The flags in force.
        in_force: Arc<str>,
    },
    /// A thread could not be started.
    Thread(Arc<std::io::Error>),
    /// V8 refused to share the isolate between threads.
    NotShareable(Arc<str>),
    /// An isolate can't be adopted inside a turn: its lock would be taken under another isolate's.
    InTurn {
        /// Where the turn was entered.
        entered: &'static Location<'static>,
    },
    /// The thread is the home of an isolate already.
    HomeTaken {
        /// Its number.
        isolate: u64,
    },
    /// An option that V8 takes only when an isolate is made was given for one that exists.
    FixedWhenMade(&'static str),
}

impl fmt::Display for RuntimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ForeignV8 => f.write_str(
                "V8 was initialised by other code of this process: build the isolock `Runtime` before anything else \
                 uses V8",
            ),
            Self::OtherFlags { in_force } => {
                write!(f, "V8 runs with the flags {in_force:?} since its first `Runtime`; they can't be changed")
            }
            Self::Thread(error) => write!(f, "a thread could not be started: {error}"),
            Self::InTurn { entered } => {
                write!(
                    f,
                    "{}: an isolate can't be adopted inside a turn (this one was entered at {entered})",
                    rules::R1
                )
            }
            Self::HomeTaken { isolate } => write!(f, "the thread is the home of isolate {isolate} already"),
            Self::FixedWhenMade(what) => write!(f, "an isolate that exists can't be given {what}"),
            Self::NotShareable(why) => write!(f, "V8 refused to share the isolate: {why}"),
        }
    }
}

impl Error for RuntimeError {}
