//! The V8 layer: composes the protocol with the v8 crate. Re-exported at the crate's root.

// `clippy.toml` is the preset for users; this is the one layer that must touch what it forbids.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, clippy::disallowed_macros)]

mod buffers;
mod callback;
mod context;
mod context_parts;
mod convert;
mod core;
mod derived;
mod error;
mod event;
mod exception;
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
mod reaper;
mod rejection;
mod report;
mod root;
mod run;
mod runtime;
mod script;
mod spawner;
mod state;
mod structured_clone;
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
pub use context::{ContextBuilder, ContextOptions};
pub use convert::{FromJs, IntoJs, Mismatch};
pub use error::{Gone, Part, RunError, RuntimeError};
pub use event::Event;
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
pub use promise::{Follow, IntoArguments};
pub use report::Report;
pub use root::JsRoot;
pub use run::{Pending, Run, TryRun};
pub use runtime::{Runtime, RuntimeBuilder, Turns};
#[cfg(feature = "tokio")]
pub use spawner::TokioSpawner;
pub use structured_clone::StructuredClone;
pub use trusted::{Trusted, TrustedUse, trusted};
pub use weak_context::WeakIoContext;

/// What programs usually need.
pub mod prelude {
    pub use super::{
        ContextOptions, Event, FromJs, Home, IntoJs, IoContext, Isolate, IsolateOptions, JsError, JsRoot, Lock,
        Portable, RunError, Runtime, Trusted, WeakIoContext,
    };
    pub use crate::isolate_fn;
    pub use isolock_macros::Portable;
}

/// What the expansion of the macros names. **No semver promise.**
#[doc(hidden)]
pub mod __private {
    pub use super::derived::{PortableFields, assert_portable};
    pub use super::function::{
        Arguments, HostFunction, IntoOutcome, Outcome, assert_capture, assert_capture_ref, assert_trusted_capture,
        assert_trusted_capture_ref,
    };
    pub use super::promise::{run_async, start};
    pub use super::trusted::record_trusted;
}
