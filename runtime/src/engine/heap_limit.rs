//! The heap limit: the turn that reaches it ends, instead of the process.
//!
//! V8 asks once when the heap comes near its limit, and kills the process if the heap is still above whatever limit the
//! answer gave. So the answer is an effectively infinite limit, the turn is terminated, and the limit is restored when the
//! turn is over. Until V8 looks at the termination the heap may overshoot, by hundreds of megabytes in one builtin.

use super::core::{IsolateCore, Session};
use crate::protocol::termination::{Address, Request};
use crate::v8;
use std::{
    ffi::c_void,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
};

const INFINITE: usize = 1 << 42;
/// The answer when the heap is nearly empty: V8 asks also when the buffer allocator refuses.
const A_LITTLE: usize = 1 << 20;

/// The state of one isolate's limit.
pub(crate) struct HeapLimit {
    limit: Option<usize>,
    watched: AtomicBool,
    hit: AtomicBool,
    initial: AtomicUsize,
}

impl HeapLimit {
    pub(crate) fn new(limit: Option<usize>) -> Self {
        Self { limit, watched: AtomicBool::new(false), hit: AtomicBool::new(false), initial: AtomicUsize::new(0) }
    }

    /// Watches the heap from the isolate's first context on; without one no JS runs.
    pub(crate) fn watch(session: &mut Session) {
        let core = session.core();
        if core.heap.limit.is_some() && !core.heap.watched.swap(true, Ordering::AcqRel) {
            Self::install(core, session.isolate());
        }
    }

    fn install(core: &IsolateCore, isolate: &mut v8::Isolate) {
        isolate.add_near_heap_limit_callback(near_limit, std::ptr::from_ref(core).cast_mut().cast());
    }

    /// Restores the limit after a turn that hit it. No scope may be open.
    pub(crate) fn restore(session: &mut Session) {
        let core = session.core();
        if !core.heap.hit.swap(false, Ordering::AcqRel) {
            return;
        }
        let isolate = session.isolate();
        isolate.low_memory_notification();
        // The limit to go back to is the one V8 named, which is that of the old generation alone.
        isolate.remove_near_heap_limit_callback(near_limit, core.heap.initial.load(Ordering::Acquire));
        Self::install(core, isolate);
    }
}

unsafe extern "C" fn near_limit(data: *mut c_void, current: usize, initial: usize) -> usize {
    // SAFETY: `install` passed the isolate's own record, which outlives the isolate: the reaper keeps it while it disposes.
    let core = unsafe { &*data.cast_const().cast::<IsolateCore>() };
    let limit = core.heap.limit.unwrap_or(usize::MAX);
    if used(core) < limit / 2 {
        return current.saturating_add(A_LITTLE);
    }
    core.heap.hit.store(true, Ordering::Release);
    core.heap.initial.store(initial, Ordering::Release);
    core.termination.request(Address::Running, Request::HeapLimit(limit));
    super::watchdog::get().note();
    INFINITE
}

fn used(core: &IsolateCore) -> usize {
    // SAFETY: `UnsafeRawIsolatePtr` is a transparent pointer, and the address is that of the isolate that calls.
    let raw = unsafe { std::mem::transmute::<usize, v8::UnsafeRawIsolatePtr>(core.address) };
    // SAFETY: V8 calls from the thread that holds the isolate; `Isolate` is a plain pointer without a destructor, and
    // reading statistics neither allocates on the heap nor runs JS.
    let mut isolate = unsafe { v8::Isolate::from_raw_isolate_ptr(raw) };
    let statistics = isolate.get_heap_statistics();
    statistics.total_physical_size().max(statistics.used_heap_size())
}
