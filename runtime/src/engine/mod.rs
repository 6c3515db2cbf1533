//! The V8 layer: composes the protocol with the v8 crate. Re-exported at the crate's root.

// `clippy.toml` is the preset for users; this is the one layer that must touch what it forbids.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, clippy::disallowed_macros)]

mod affine;
mod arguments;
mod buffers;
mod callback;
mod closure;
mod context;
mod context_parts;
mod continuation;
mod convert;
mod core;
mod derived;
mod detached;
mod doomed;
mod error;
mod evaluate;
mod event;
mod exception;
mod finalizer;
mod follow;
mod function;
mod group;
mod heap_limit;
mod home_loop;
mod housekeeping;
mod io_context;
mod isolate;
mod js_error;
mod lock;
mod modules;
mod no_js;
mod numbers;
mod park;
mod pinned;
mod platform;
mod portable;
mod promise;
mod reaction;
mod reaper;
mod reentry;
mod rejection;
mod report;
mod root;
mod run;
mod runtime;
mod script;
mod spawner;
mod state;
mod stored;
mod structured_clone;
mod table;
mod thrown;
mod timer;
mod trusted;
mod turn;
mod turn_cell;
mod turn_threads;
mod watchdog;
mod weak_context;

pub use crate::protocol::{
    liveness::{Obituary, Why},
    termination::Request,
    wait_graph::{Cycle, Holding, Wait},
};
pub use affine::{
    Access, Affine, AtHome, Borrowed, Bring, Homed, OwnedHere, OwnedInTurns, Owner, Ref, RefMut, ThreadName, Use,
    WeakHomed, WrongThread,
};
pub use arguments::{Arguments, FromArguments, IntoArguments};
pub use context::{ContextBuilder, ContextOptions};
pub use convert::{FromJs, IntoJs, Mismatch};
pub use detached::IntoReport;
pub use error::{Gone, Part, RunError, RuntimeError};
pub use event::Event;
pub use finalizer::Finalizer;
pub use follow::Follow;
pub use function::{Bindings, IntoOutcome};
pub use group::ContextGroup;
pub use home_loop::HomeLoop;
pub use io_context::IoContext;
pub use isolate::{Home, Isolate, IsolateOptions, Stats};
pub use js_error::{JsError, Position};
pub use lock::Lock;
pub use modules::{LoadError, ModuleKind, ModuleRequest, ModuleSource};
pub use no_js::{Bytes, BytesError, BytesMut, NoJs};
pub use portable::Portable;
pub use reentry::{Call, Reentry};
pub use report::Report;
pub use root::{JsRoot, WeakJsRoot};
pub use run::{Pending, Run, TryRun};
pub use runtime::{Runtime, RuntimeBuilder, Turns};
#[cfg(feature = "tokio")]
pub use spawner::TokioSpawner;
pub use structured_clone::StructuredClone;
pub use thrown::{Outcome, Thrown};
pub use timer::Timer;
pub use trusted::{Trusted, TrustedUse, trusted};
pub use weak_context::WeakIoContext;

/// What programs usually need. Modules, `Reentry`, `Timer`, `StructuredClone` and `v8` are in the crate's root.
pub mod prelude {
    pub use super::{
        ContextOptions, Event, FromJs, Home, Homed, IntoJs, IoContext, Isolate, IsolateOptions, JsError, JsRoot, Lock,
        Portable, RunError, Runtime, Trusted, WeakHomed, WeakIoContext,
    };
    pub use crate::{isolate_fn, thread_affine};
    pub use isolock_macros::Portable;
}

/// What the expansion of the macros names. **No semver promise.**
#[doc(hidden)]
pub mod __private {
    pub use super::affine::generated as affine;
    pub use super::derived::{PortableFields, assert_portable};
    pub use super::function::{
        HostFunction, IntoOutcome, assert_capture, assert_capture_ref, assert_trusted_capture,
        assert_trusted_capture_ref,
    };
    pub use super::promise::{run_async, start};
    pub use super::trusted::record_trusted;
    pub use super::{arguments::Arguments, thrown::Outcome};
}
